import type { FallbackReason } from '../intent/recognition.ts';
import type { Breaker } from './breaker.ts';
import { type CallContext, type Callee, callModel, nothingSpent, type Spent } from './call.ts';
import type { ModelEvents } from './model-events.ts';
import { type ProviderStatus, providerStatus } from './provider-status.ts';

/** What came of one tiny call. */
export interface Probed {
  /** As it is known to be after the call. */
  readonly status: ProviderStatus;
  /** `answered`, of whatever use that would be; or why there was no answer, or no call. */
  readonly outcome: 'answered' | FallbackReason;
  /** Milliseconds. */
  readonly duration: number;
  readonly spent: Readonly<Spent>;
}

/** In the shape that every reply has to have, so that no provider finds it odd. */
const MESSAGES = [
  { role: 'system', content: 'Somebody checks that you can be reached.' },
  { role: 'user', content: 'Answer with exactly {"kind":"unclear","picks":[],"confidence":0}' },
] as const;

/**
 * Makes one tiny real call, past the breaker, within quota and budget: an operator wants to know now.
 *
 * @param deadlineMs how long it may take
 * @throws an error for a defect only
 */
export async function probe(
  { callee, breaker }: { readonly callee: Callee; readonly breaker: Pick<Breaker, 'state'> },
  {
    context,
    events,
    deadlineMs,
  }: {
    readonly context: CallContext;
    readonly events: Pick<ModelEvents, 'called'>;
    readonly deadlineMs: number;
  },
): Promise<Probed> {
  const { clock, settings } = context;
  const spent = nothingSpent();
  const start = clock.monotonic();
  const { provider, model } = callee;
  const { result, verdict } = await callModel(
    callee,
    {
      ...{ messages: MESSAGES, spent, behind: 0, origin: 'operator' },
      // The deadline ends it, whoever waits for the answer.
      signal: new AbortController().signal,
      repair: () => '',
      // It is there: what it says does not matter.
      read: () => ({ ok: true, value: true }),
      deadline: start + deadlineMs,
    },
    { ...context, settings: { ...settings, retries: 0 } },
  );
  const outcome = verdict === 'up' || result.kind === 'answer' ? 'answered' : result.reason;
  const duration = clock.monotonic() - start;
  events.called({ provider, model, outcome, duration, ...spent });
  return { status: providerStatus(callee, breaker), outcome, duration, spent };
}
