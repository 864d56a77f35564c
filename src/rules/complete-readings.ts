import type { Capture, Reading } from './reading.ts';
import type { CompiledSentence, SentenceAutomaton } from './sentence-automaton.ts';
import { capturesOf, isBetter, type Thread } from './threads.ts';

/**
 * The best reading of each sentence that is complete, and those that are as good; of readings without the name of a
 * thing and by the names of other things the best of each, for `(lamp|{name})` and `{name} [in {area}]`: which is meant is
 * told by where it stands.
 */
export function completeReadings(
  { states, sentences }: SentenceAutomaton,
  threads: readonly Thread[],
): Reading[] {
  const best = new Map<CompiledSentence, Map<string, Reading[]>>();
  for (const thread of threads) {
    const ends = states.ends(thread.state);
    if (ends.length === 0) continue;
    const captures = capturesOf(thread);
    const named = captures
      .flatMap(({ meaning }) => (meaning?.kind === 'entities' ? meaning.entities : []))
      .join();
    let before: CompiledSentence['rule'] | undefined;
    for (const number of ends) {
      const compiled = sentences[number];
      // Other sentences of the rule say the same of these words.
      if (compiled?.rule === before) continue;
      before = compiled?.rule;
      const admitted = compiled && admittedCaptures(captures, compiled);
      if (!admitted) continue;
      const byName = best.get(compiled) ?? new Map<string, Reading[]>();
      best.set(compiled, byName);
      const rivals = byName.get(named);
      const [rival] = rivals ?? [];
      const reading = { compiled, captures: admitted, weight: thread };
      if (!rivals || !rival || isBetter(thread, rival.weight)) byName.set(named, [reading]);
      else if (!isBetter(rival.weight, thread)) rivals.push(reading);
    }
  }
  const readings: Reading[] = [];
  for (const byName of best.values()) for (const ofName of byName.values()) readings.push(...ofName);
  return readings;
}

function admittedCaptures(captures: readonly Capture[], { admit }: CompiledSentence): Capture[] | undefined {
  const admitted: Capture[] = [];
  for (const capture of captures) {
    const meaning = capture.meaning && admit(capture.meaning);
    if (capture.meaning && !meaning) return undefined;
    admitted.push(meaning && meaning !== capture.meaning ? { ...capture, meaning } : capture);
  }
  return admitted;
}
