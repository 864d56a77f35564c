import type { Clock } from '../clock.ts';
import type { HomeAssistant } from '../home-assistant/connect.ts';
import { HomeAssistantError } from '../home-assistant/failure.ts';
import type { Action } from '../intent/recognition.ts';
import type { Home } from '../lexicon/home.ts';
import { sleep } from '../waiting.ts';
import type { Outcome } from './executed.ts';
import type { Guard } from './guard.ts';
import { isRepeatable } from './repeatable.ts';
import { planCall } from './service-call.ts';
import type { BridgeLedger } from './settle.ts';
import { speechIn } from './speech-in.ts';

/** Milliseconds between two tries. */
const PAUSE_MS = 100;

/** For whom, and until when, something is to be done. */
export interface Errand {
  /** What it is known by, and which of several actions of that it is: what may be done once only is marked with both. */
  readonly source: string;
  readonly index: number;
  readonly language: string;
  readonly room: string | undefined;
  readonly user: string | undefined;
  readonly isConfirmed: boolean;
  /** Milliseconds since the epoch: after that, it is not to be begun. */
  readonly until: number;
}

/** Has an action done, now. */
export type Perform = (action: Action, errand: Errand) => Promise<Outcome>;

/**
 * Has Home Assistant do things. While it is away, it is waited for until the errand's time is over. What may be repeated
 * is, until it is known to be done; anything else is asked for once, ever.
 *
 * @param asking called around each question to Home Assistant, for the trace
 */
export function createPerform({
  home,
  assistant,
  ledger,
  guard,
  asking,
  clock,
  signal,
}: {
  home: () => Home;
  assistant: HomeAssistant;
  ledger: Pick<BridgeLedger, 'begin'>;
  guard: Guard;
  asking: <Answer>(action: Action, errand: Errand, ask: () => Promise<Answer>) => Promise<Answer>;
  clock: Clock;
  signal: AbortSignal;
}): Perform {
  return async (action, errand) => {
    const speech = speechIn(errand.language);
    const forbidden = guard(action, errand);
    if (forbidden) return forbidden;
    const repeats = isRepeatable(action, errand);
    let isMarked = false;
    let last: HomeAssistantError | undefined;
    for (;;) {
      const left = errand.until - clock.now();
      if (left <= 0) break;
      try {
        await assistant.ready(AbortSignal.any([signal, AbortSignal.timeout(left)]));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof HomeAssistantError) last = error;
        break;
      }
      const states = assistant.states();
      if (!states) continue;
      const planned = planCall(action, { home: home(), states });
      if (planned === 'nothing_there') {
        return { status: 'failed', error: planned, responseText: speech.nothingThere };
      }
      if (planned === 'unknown_temperature') {
        return { status: 'failed', error: planned, responseText: speech.unknownTemperature };
      }
      const { entityIds, away, data } = planned;
      const responseText = away.length > 0 ? speech.away(away.map(nameOf)) : undefined;
      const told = {
        ...(responseText !== undefined && { responseText, error: `unavailable: ${away.join(', ')}` }),
      };
      if (away.length > 0 && entityIds.length === 0) return { status: 'failed', ...told };
      if (!repeats && !isMarked && !(await ledger.begin(errand.source, errand.index))) {
        return { status: 'failed', error: 'interrupted', responseText: speech.maybeDone };
      }
      isMarked = true;
      try {
        await asking(action, errand, () =>
          assistant.call({ action: action.intent, data, ...(entityIds.length > 0 && { entityIds }) }),
        );
        return { status: 'done', ...told };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof HomeAssistantError)) throw error;
        last = error;
        if (error.trouble === 'refused') {
          return { status: 'failed', error: error.message, responseText: speech.failed };
        }
        if (error.trouble === 'unknown' && !repeats) {
          return { status: 'failed', error: error.message, responseText: speech.maybeDone };
        }
        // A connection on its way down refuses to send before it is known to be lost.
        await sleep(PAUSE_MS, signal);
      }
    }
    const error = last?.message ?? 'Home Assistant is not connected';
    const responseText = last?.trouble === 'unknown' ? speech.maybeDone : speech.unreachable;
    return { status: 'failed', error, responseText };
  };

  function nameOf(id: string): string {
    return home().entity(id)?.names[0] ?? id;
  }
}
