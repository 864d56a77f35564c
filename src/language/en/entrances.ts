import type { Entrances } from '../entrances.ts';

export const englishEntrances: Entrances = {
  doors: ['gate', 'door', 'entrance', 'barrier', 'hatch'],
  places: ['garage', 'driveway'],
  beside: ['by', 'at', 'near', 'above', 'over', 'beside', 'behind', 'on', 'in'],
};
