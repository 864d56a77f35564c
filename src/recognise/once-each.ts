import type { Utterance } from '../intent/utterance.ts';

/** Remembers what was found out about an utterance for as long as anybody holds it. */
export function onceEach<Found>(find: (utterance: Utterance) => Found): (utterance: Utterance) => Found {
  const known = new WeakMap<Utterance, { readonly found: Found }>();
  return (utterance) => {
    let entry = known.get(utterance);
    if (!entry) {
      entry = { found: find(utterance) };
      known.set(utterance, entry);
    }
    return entry.found;
  };
}
