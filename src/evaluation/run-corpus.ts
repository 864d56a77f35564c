import { setImmediate as breathe } from 'node:timers/promises';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { type Clock, systemClock } from '../clock.ts';
import type { Recognise } from '../intent/recognise.ts';
import type { Meaning } from '../intent/recognition.ts';
import type { GoldUtterance } from './gold.ts';
import { judge, type Verdict } from './judge.ts';

/** One utterance of the corpus, and what was made of it. */
export interface Trial {
  readonly gold: GoldUtterance;
  /** What was said: the gold's text, or what noise left of it. */
  readonly said: string;
  readonly meaning: Meaning;
  readonly verdict: Verdict;
  /** The time to understand it the first time and once more, in microseconds. */
  readonly firstUs: number;
  readonly againUs: number;
}

/** Utterances between two pauses in which signals and other work get their turn. */
const BREATH = 50;

/** A span that records nothing: an evaluation is no traffic. */
const SILENT = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/**
 * Lets every utterance of a corpus be understood, each in a conversation of its own after what was said before it.
 *
 * @param distort what noise does to an utterance before it is understood
 * @param progress is told how many are done
 * @throws what `recognise` throws, and the signal's reason when it ends the run
 */
export async function runCorpus(
  utterances: readonly GoldUtterance[],
  {
    recognise,
    language,
    room,
    distort = ({ says }) => says,
    progress = () => undefined,
    signal,
    clock = systemClock,
  }: {
    recognise: Recognise;
    /** Of utterances that name none. */
    language: string;
    room?: string;
    distort?: (utterance: GoldUtterance, language: string) => string;
    progress?: (done: number) => void;
    signal: AbortSignal;
    clock?: Clock;
  },
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const [index, gold] of utterances.entries()) {
    if (index % BREATH === 0) await breathe();
    signal.throwIfAborted();
    const spoken = gold.language ?? language;
    const place = gold.room ?? room;
    const understand = async (text: string, turn: string): Promise<{ meaning: Meaning; us: number }> => {
      const transcript = {
        text,
        language: spoken,
        frameId: `eval-${index}-${turn}`,
        sessionId: `eval-${index}`,
        ...(place !== undefined && { room: place }),
      };
      const started = clock.monotonic();
      const answer = recognise(transcript, { signal, span: SILENT, mayWait: true });
      // An answer that is there at once is not made to wait for its turn, which would be measured too.
      const { meaning } = answer instanceof Promise ? await answer : answer;
      return { meaning, us: (clock.monotonic() - started) * 1000 };
    };
    for (const [turn, text] of gold.before.entries()) await understand(text, `before-${turn}`);
    const said = distort(gold, spoken);
    const first = await understand(said, 'first');
    const again = await understand(said, 'again');
    const { meaning, us: firstUs } = first;
    trials.push({ gold, said, meaning, verdict: judge(gold, meaning), firstUs, againUs: again.us });
    progress(index + 1);
  }
  return trials;
}
