import type { GoldUtterance } from '../evaluation/gold.ts';
import type { Understanding } from '../understanding.ts';
import { printable } from './printable.ts';

/** Intents of a corpus that no rule has, shown to somebody who may have slipped in one. */
const MOST_SHOWN = 5;

/** What in a corpus this home cannot answer, whoever is asked: rooms it does not have, intents it has no rule for. */
export function corpusNotes(
  utterances: readonly GoldUtterance[],
  {
    room,
    unknownRoom,
    actions,
  }: Pick<Understanding, 'unknownRoom' | 'actions'> & { readonly room: string | undefined },
): readonly string[] {
  const rooms = new Set(utterances.map((utterance) => utterance.room ?? room));
  const notes = [...rooms].flatMap((said) => (said === undefined ? [] : (unknownRoom(said) ?? [])));
  const strange = [...intentsOf(utterances)].filter((intent) => !actions.has(intent));
  if (strange.length > 0) {
    const shown = strange.slice(0, MOST_SHOWN).join(', ') + (strange.length > MOST_SHOWN ? ' …' : '');
    notes.push(`nothing can be understood as ${shown}, for which there is no rule`);
  }
  return notes.map(printable);
}

function intentsOf(utterances: readonly GoldUtterance[]): ReadonlySet<string> {
  const readings = utterances.flatMap((utterance) => utterance.readings);
  return new Set(
    readings.flatMap((reading) =>
      reading.status === 'recognized' ? reading.actions.map(({ intent }) => intent) : [],
    ),
  );
}
