import { wordSet } from '../cautions.ts';
import type { Clock } from '../clock.ts';
import { combined } from '../combined.ts';

export const englishClock: Clock = {
  before: wordSet('at past'),
  beforeHours: new Set(),
  bounds: wordSet('until till til'),
  hours: new Set(),
  marks: ['oclock', 'am', 'pm', 'a m', 'p m'],
  measures: wordSet('percent percents % degree degrees ° kelvin'),
  often: wordSet('every each'),
  periods: wordSet('day days week weeks month months year years hour hours minute minutes'),
  delays: combined(['in'], ['a', ''], ['while', 'moment', 'bit', 'minute', 'few', 'couple']),
  conditions: wordSet('when whenever once while if unless until till supposing provided assuming'),
  sequences: wordSet('afterwards'),
};
