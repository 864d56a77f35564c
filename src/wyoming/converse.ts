import { SpanKind, trace } from '@opentelemetry/api';
import { parentOf } from '../intent/carried-trace.ts';
import { markFailed } from '../intent/failed-span.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Reply, Said } from '../stream/say.ts';
import type { WyomingMessage } from './message.ts';
import type { Operations, WyomingPhrases } from './operations.ts';

export interface ConverseTimes {
  /** How long understanding may take. */
  readonly answerMs: number;
  /** How long the bridge may take; 0 = it is not waited for. */
  readonly executedMs: number;
}

/** Hears about trouble when it begins and when it ends, not each time. */
export interface ConverseEvents {
  readonly trouble: (operation: string, reason: string) => void;
  readonly recovered: (operation: string) => void;
}

/** What to look at where something takes too long. */
const HINTS = {
  say: ': is Redis there?',
  answer: ': does a service read that stream?',
  'look for a bridge': ': is Redis there?',
  executed: ': is llm-intent bridge running?',
} as const;

type Output = Readonly<Record<string, unknown>>;

/** Has something understood and done. @returns what to answer. @throws the signal's reason when it is aborted */
export type Converse = (transcript: Transcript, signal: AbortSignal) => Promise<WyomingMessage>;

/**
 * What is said in Assist goes the way of whatever is said: onto the input stream. Who listens hears what became of it:
 * where a bridge is there to do it, not before that has told. The trace of it begins here.
 */
export function createConverse({
  operations,
  times: { answerMs, executedMs },
  events,
}: {
  operations: Operations;
  times: ConverseTimes;
  events: ConverseEvents;
}): Converse {
  /** @returns undefined where it took too long or failed, which was told. @throws the signal's reason when it is aborted */
  async function inTime<Value>(
    operation: keyof typeof HINTS,
    limitMs: number,
    signal: AbortSignal,
    wait: (limit: AbortSignal) => Promise<Value>,
  ): Promise<Value | undefined> {
    const late = AbortSignal.timeout(limitMs);
    try {
      const value = await wait(AbortSignal.any([signal, late]));
      events.recovered(operation);
      return value;
    } catch (error) {
      signal.throwIfAborted();
      events.trouble(
        operation,
        late.aborted ? `nothing within ${limitMs} ms${HINTS[operation]}` : (error as Error).message,
      );
      return undefined;
    }
  }

  async function toldBy(
    said: Said,
    output: Output,
    phrases: WyomingPhrases,
    signal: AbortSignal,
  ): Promise<WyomingMessage> {
    const spoken = text(output['response_text']);
    const isThere =
      executedMs > 0 &&
      ((await inTime('look for a bridge', executedMs, signal, operations.hasBridge)) ?? true);
    if (!isThere) return handled(spoken ?? phrases.done);
    const actions = Array.isArray(output['actions']) ? output['actions'].length : 1;
    const executed = await inTime('executed', executedMs, signal, (limit) => said.executed(actions, limit));
    if (!executed) return notHandled(phrases.unheard);
    const isQuery = output['kind'] === 'query';
    const failed = executed.filter(({ status }) => status === 'failed' || status === 'skipped');
    const words = (outputs: readonly Output[]): string[] =>
      outputs.flatMap(({ response_text: one }) => text(one) ?? []);
    if (failed.length > 0) return notHandled(sentences(words(failed)) ?? phrases.notDone);
    const told = words(executed);
    if (isQuery) return handled(sentences(told) ?? spoken ?? phrases.done);
    return handled(sentences([spoken ?? phrases.done, ...told]) ?? phrases.done);
  }

  async function answerTo(
    said: Said,
    reply: Reply,
    phrases: WyomingPhrases,
    signal: AbortSignal,
  ): Promise<WyomingMessage> {
    if (reply.kind === 'dead-letter') return notHandled(phrases.notDone);
    const { output } = reply;
    const spoken = text(output['response_text']);
    switch (output['status']) {
      case 'recognized':
        // A question that wants a yes: nobody does anything before that.
        if (output['requires_confirmation'] === 'true') return handled(spoken ?? phrases.notDone);
        return toldBy(said, output, phrases, signal);
      case 'ambiguous':
        return handled(spoken ?? phrases.unclear);
      case 'unclear':
        return notRecognized(spoken ?? phrases.unclear);
      default:
        return notHandled(spoken ?? phrases.notDone);
    }
  }

  async function converse(transcript: Transcript, signal: AbortSignal): Promise<WyomingMessage> {
    const phrases = operations.phrases(transcript.language);
    let isRefused = false;
    const said = await inTime('say', answerMs, signal, (limit) =>
      operations.say(transcript, limit).catch((error: unknown) => {
        // What was not waited for to the end may be said all the same.
        isRefused = !limit.aborted;
        throw error;
      }),
    );
    if (!said) return notHandled(isRefused ? phrases.notDone : phrases.unheard);
    try {
      const reply = await inTime('answer', answerMs, signal, said.answer);
      return reply ? await answerTo(said, reply, phrases, signal) : notHandled(phrases.unheard);
    } finally {
      said.forget();
    }
  }

  return async (transcript, signal) => {
    const span = trace.getTracer('llm-intent').startSpan('assist', { kind: SpanKind.SERVER });
    const parent = parentOf(span);
    try {
      const answer = await converse({ ...transcript, ...(parent && { trace: parent }) }, signal);
      span.setAttribute('wyoming.answer', answer.type);
      return answer;
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  };
}

const handled = (words: string): WyomingMessage => ({ type: 'handled', data: { text: words } });
const notHandled = (words: string): WyomingMessage => ({ type: 'not-handled', data: { text: words } });
const notRecognized = (words: string): WyomingMessage => ({ type: 'not-recognized', data: { text: words } });

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function sentences(words: readonly string[]): string | undefined {
  return words.length > 0 ? [...new Set(words)].join(' ') : undefined;
}
