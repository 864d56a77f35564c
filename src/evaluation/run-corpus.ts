import { setImmediate as breathe } from 'node:timers/promises';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { type Clock, systemClock } from '../clock.ts';
import type { Recognise } from '../intent/recognise.ts';
import type { Meaning, Recognition } from '../intent/recognition.ts';
import type { GoldUtterance } from './gold.ts';
import { judge, type Verdict } from './judge.ts';

/** One utterance of the corpus, and what was made of it. */
export interface Trial {
  readonly gold: GoldUtterance;
  /** What was said: the gold's text, or what noise left of it. */
  readonly said: string;
  readonly meaning: Meaning;
  readonly verdict: Verdict;
  /** The time to understand it the first time, in microseconds. */
  readonly firstUs: number;
}

/** A trial that was made once more at once: what is known then is known faster. */
export interface RepeatedTrial extends Trial {
  readonly againUs: number;
}

/** Utterances between two pauses in which signals and other work get their turn. */
const BREATH = 50;

/** A span that records nothing: an evaluation is no traffic. */
const SILENT = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** How a corpus is spoken. */
export interface Speech {
  readonly recognise: Recognise;
  /** Of utterances that name none. */
  readonly language: string;
  readonly room?: string | undefined;
  /** What noise does to an utterance before it is understood. */
  readonly distort?: ((utterance: GoldUtterance, language: string) => string) | undefined;
  /** Told the hour at which the next utterance is said; see `createCorpusClock`. */
  readonly setTime?: ((hour: string | undefined) => void) | undefined;
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
}

/** Says one utterance of a corpus, in a conversation of its own after what was said before it. */
export interface Speaker {
  /** What is said: the gold's text, or what noise left of it. */
  said(gold: GoldUtterance): string;
  before(gold: GoldUtterance, session: string): Promise<void>;
  /** @throws what `recognise` throws */
  say(
    gold: GoldUtterance,
    turn: { readonly session: string; readonly name: string },
  ): Promise<{ readonly recognition: Recognition; readonly us: number }>;
}

export function createSpeaker({
  recognise,
  language,
  room,
  distort = ({ says }) => says,
  setTime = () => undefined,
  signal,
  clock = systemClock,
}: Speech): Speaker {
  const said = (gold: GoldUtterance): string => distort(gold, gold.language ?? language);
  async function understand(
    gold: GoldUtterance,
    text: string,
    { session, name }: { session: string; name: string },
  ) {
    const place = gold.room ?? room;
    setTime(gold.saidAt);
    const transcript = {
      text,
      language: gold.language ?? language,
      frameId: `${session}-${name}`,
      sessionId: session,
      ...(place !== undefined && { room: place }),
    };
    const started = clock.monotonic();
    const answer = recognise(transcript, { signal, span: SILENT, mayWait: true });
    // An answer that is there at once is not made to wait for its turn, which would be measured too.
    const recognition = answer instanceof Promise ? await answer : answer;
    return { recognition, us: (clock.monotonic() - started) * 1000 };
  }
  return {
    said,
    async before(gold, session) {
      for (const [turn, text] of gold.before.entries()) {
        await understand(gold, text, { session, name: `before-${turn}` });
      }
    },
    say: (gold, turn) => understand(gold, said(gold), turn),
  };
}

/**
 * Lets every utterance of a corpus be understood twice.
 *
 * @param progress is told how many are done
 * @throws what `recognise` throws, and the signal's reason when it ends the run
 */
export async function runCorpus(
  utterances: readonly GoldUtterance[],
  { progress = () => undefined, ...speech }: Speech & { progress?: (done: number) => void },
): Promise<readonly RepeatedTrial[]> {
  const speaker = createSpeaker(speech);
  const trials: RepeatedTrial[] = [];
  for (const [index, gold] of utterances.entries()) {
    if (index % BREATH === 0) await breathe();
    speech.signal.throwIfAborted();
    const session = `eval-${index}`;
    await speaker.before(gold, session);
    const first = await speaker.say(gold, { session, name: 'first' });
    const again = await speaker.say(gold, { session, name: 'again' });
    const { meaning } = first.recognition;
    const said = speaker.said(gold);
    trials.push({ gold, said, meaning, verdict: judge(gold, meaning), firstUs: first.us, againUs: again.us });
    progress(index + 1);
  }
  return trials;
}
