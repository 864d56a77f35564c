import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../intent/recognition.ts';
import { actionsOf, type Understood } from './understand.ts';

/** "Are they both locked": one question about several things, where the same is asked of each; else undefined. */
export function togetherAsked(asked: readonly Understood[]): Understood | undefined {
  const [first] = asked;
  const queries = asked.flatMap(actionsOf);
  const [one] = queries;
  const meaning = first?.meaning;
  if (!one || meaning?.status !== 'recognized' || meaning.kind !== 'query') return undefined;
  const things = [...new Set(queries.map(({ entities }) => entities['entity_id']))];
  const isAlike = queries.every(
    (query) => query.intent === one.intent && isDeepStrictEqual(askedOf(query), askedOf(one)),
  );
  if (!isAlike || !things.every((thing) => typeof thing === 'string' && thing !== 'all')) return undefined;
  const query: Action = { intent: one.intent, entities: { ...askedOf(one), entity_id: things as string[] } };
  const confidence = Math.min(
    ...asked.map((each) => (each.meaning.status === 'recognized' ? each.meaning.confidence : 0)),
  );
  const template = asked.map((each) => each.template).join(' + ');
  return { meaning: { ...meaning, query, confidence }, template };
}

/** Without what says of which thing. */
function askedOf({ entities: { entity_id: _thing, area: _area, floor: _floor, ...asked } }: Action) {
  return asked;
}
