import type { Span } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import type { HomeAssistant } from '../home-assistant/connect.ts';
import { HomeAssistantError } from '../home-assistant/failure.ts';
import { carriedBy, parentOf } from '../intent/carried-trace.ts';
import type { Action } from '../intent/recognition.ts';
import type { Answerer } from './answer.ts';
import { type Executed, type ExecutedFor, encodeExecuted, type Outcome } from './executed.ts';
import type { Guard } from './guard.ts';
import type { Incoming } from './incoming.ts';
import type { Perform } from './perform.ts';
import type { Plans } from './plans.ts';
import type { Schedule } from './schedules.ts';
import { speechIn } from './speech-in.ts';
import type { Timers } from './timers.ts';

/** Does what an entry asks for, and tells what became of each of its actions. */
export type Handle = (incoming: Incoming, span: Span) => Promise<readonly Executed[]>;

/** Milliseconds that what has no end of its own may wait for Home Assistant. */
const PATIENCE_MS = 30_000;

/** @param defaultLanguage of what names none */
export function createHandle({
  perform,
  guard,
  timers,
  plans,
  answer,
  assistant,
  defaultLanguage,
  clock,
  signal,
}: {
  perform: (span: Span) => Perform;
  guard: Guard;
  timers: Timers;
  plans: Plans;
  answer: Answerer;
  assistant: Pick<HomeAssistant, 'ready'>;
  defaultLanguage: string;
  clock: Clock;
  signal: AbortSignal;
}): Handle {
  return async (incoming, span) => {
    const language = primary(incoming.language ?? defaultLanguage);
    const origin: ExecutedFor = { ...incoming, language };
    const until = incoming.expiresAt ?? clock.now() + PATIENCE_MS;
    const speech = speechIn(language);

    async function act(action: Action, index: number): Promise<Outcome> {
      if (clock.now() >= until) return { status: 'skipped', error: 'expired' };
      if (incoming.awaitsConfirmation) return { status: 'skipped', error: 'not_confirmed' };
      const wanted = { ...origin, isConfirmed: incoming.isConfirmed };
      const kept = parentOf(span);
      const moment = action.at === undefined ? clock.now() : Date.parse(action.at);
      const { at: _at, repeat, ...plain } = action;
      const schedule: Schedule = {
        id: `${incoming.source}:${index}`,
        kind: 'action',
        action: plain,
        at: moment,
        first: moment,
        origin: originOnly(origin),
        isConfirmed: incoming.isConfirmed,
        ...(repeat !== undefined && { repeat }),
        ...(kept && { trace: kept }),
      };
      if (action.intent === 'schedule.cancel') return plans.cancel(action, speech);
      if (action.intent.startsWith('timer.')) {
        return guard(action, wanted) ?? timers.perform(action, { ...schedule, kind: 'timer' }, speech);
      }
      if (action.at !== undefined) return guard(action, wanted) ?? plans.plan(schedule, speech);
      return perform(span)(action, { ...wanted, source: incoming.source, index, until });
    }

    async function reply(query: Action): Promise<Outcome> {
      if (clock.now() >= until) return { status: 'skipped', error: 'expired' };
      const { room, responseText } = incoming;
      switch (query.intent) {
        case 'timer.get_remaining':
          return { status: 'answered', responseText: await timers.remaining(query, room, speech) };
        case 'schedule.list':
          return { status: 'answered', responseText: await plans.told(speech) };
        case 'conversation.nevermind':
          return { status: 'answered', ...(responseText !== undefined && { responseText }) };
        case 'time.get':
        case 'date.get':
          break;
        default:
          try {
            await assistant.ready(AbortSignal.any([signal, AbortSignal.timeout(until - clock.now())]));
          } catch {
            signal.throwIfAborted();
            return { status: 'failed', error: 'unreachable', responseText: speech.unreachable };
          }
      }
      try {
        const told = await answer({ query, language, now: clock.now() });
        return { status: 'answered', responseText: told };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof HomeAssistantError)) throw error;
        return { status: 'failed', error: error.message, responseText: speech.noAnswer };
      }
    }

    const executed: Executed[] = [];
    const tell = (action: Action, outcome: Outcome): void => {
      executed.push(encodeExecuted(action, { outcome, origin, trace: carriedBy(span), now: clock.now() }));
    };
    // In spoken order: what comes second may build on what came first.
    for (const [index, action] of incoming.actions.entries()) tell(action, await act(action, index));
    if (incoming.query) tell(incoming.query, await reply(incoming.query));
    return executed;
  };
}

function originOnly({ sourceMessageId, frameId, language, room, user }: ExecutedFor): ExecutedFor {
  return { sourceMessageId, frameId, language, room, user };
}

/** `pl` of `pl-PL`. */
function primary(language: string): string {
  return (language.split('-')[0] ?? language).toLowerCase();
}
