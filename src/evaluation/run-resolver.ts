import { hash, randomUUID } from 'node:crypto';
import type { Recognition } from '../intent/recognition.ts';
import { sleep } from '../waiting.ts';
import type { AnswersFile, StoredAnswer } from './answers-file.ts';
import type { AnsweredTrial } from './compared.ts';
import type { GoldUtterance } from './gold.ts';
import { judge } from './judge.ts';
import { createSpeaker, type Speech } from './run-corpus.ts';

/** As often an utterance waits for somebody who is out. */
const PAUSES = 3;

/** What one resolver made of a corpus. */
export interface ResolverRun {
  readonly trials: readonly AnsweredTrial[];
  /** `used_up`: it ended before everything was said, because there was nothing left to spend; `out`: because nobody was there. */
  readonly end: 'whole' | 'used_up' | 'out';
}

/**
 * Lets every utterance of a corpus be understood once, several at a time.
 *
 * @param memory what the file of answers knows is not asked again, and what is answered is kept in it at once; failures
 * are not: the next run tries them anew. Circumstances are what an answer depends on besides the utterance: who is asked,
 * and with which rules and home
 * @param mayGoOn false when nothing is left to spend; what was refused for want of money then does not count
 * @param pauseMs until one who was left alone for their failures may be asked again: failing at once they would look fast
 * @param progress is told how many are done
 * @throws what `recognise` throws, and the signal's reason when it ends the run
 */
export async function runResolver(
  utterances: readonly GoldUtterance[],
  {
    memory,
    concurrency,
    mayGoOn,
    pauseMs,
    progress,
    ...speech
  }: Speech & {
    readonly memory?: { readonly answers: AnswersFile; readonly circumstances: string };
    readonly concurrency: number;
    readonly mayGoOn: () => boolean;
    readonly pauseMs: number;
    readonly progress: (done: number) => void;
  },
): Promise<ResolverRun> {
  const speaker = createSpeaker(speech);
  // Of its own: talks of one run are none of another's.
  const run = randomUUID();
  const trials = new Map<number, AnsweredTrial>();
  const waiting = utterances.entries();
  let isOut = false;

  /** @returns undefined where nobody came back for many pauses */
  async function sayPatiently(gold: GoldUtterance, session: string) {
    for (let pauses = 0; !isOut; pauses += 1) {
      const found = await speaker.say(gold, { session, name: 'said' });
      if (found.recognition.fallbackReason !== 'circuit_open') return found;
      if (pauses === PAUSES) isOut = true;
      else await sleep(pauseMs, speech.signal);
    }
    return undefined;
  }

  async function answerOf(gold: GoldUtterance, index: number): Promise<StoredAnswer | undefined> {
    const { language = speech.language, room = speech.room, before } = gold;
    const key = hash(
      'sha256',
      JSON.stringify([memory?.circumstances, language, room ?? null, before, speaker.said(gold)]),
      'base64url',
    );
    const known = memory?.answers.find(key);
    if (known) return known;
    const session = `eval-${run}-${index}`;
    await speaker.before(gold, session);
    const found = await sayPatiently(gold, session);
    if (!found) return undefined;
    const { recognition, us } = found;
    const answer = stored(recognition, us);
    // What others were answered meanwhile is paid for, and counts.
    if (answer.failure === 'budget_exceeded' && !mayGoOn()) return undefined;
    if (answer.failure === undefined) await memory?.answers.keep(key, answer);
    return answer;
  }

  async function work(): Promise<void> {
    for (const [index, gold] of waiting) {
      speech.signal.throwIfAborted();
      if (!mayGoOn() || isOut) return;
      const answer = await answerOf(gold, index);
      if (!answer) return;
      trials.set(index, {
        ...answer,
        gold,
        said: speaker.said(gold),
        verdict: judge(gold, answer.meaning),
      });
      progress(trials.size);
    }
  }

  await Promise.all(Array.from({ length: concurrency }, work));
  return {
    trials: [...trials].sort(([one], [other]) => one - other).map(([, trial]) => trial),
    end: trials.size === utterances.length ? 'whole' : isOut ? 'out' : 'used_up',
  };
}

function stored({ meaning, fallbackReason, use }: Recognition, us: number): StoredAnswer {
  return {
    meaning,
    firstUs: us,
    promptTokens: use?.promptTokens ?? 0,
    completionTokens: use?.completionTokens ?? 0,
    cost: use?.cost ?? 0,
    ...(fallbackReason !== undefined && { failure: fallbackReason }),
  };
}
