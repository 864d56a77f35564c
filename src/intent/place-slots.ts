/** Slots that say where, by ids of the home. */
export const PLACES: ReadonlySet<string> = new Set(['area', 'floor', 'entity_id']);
