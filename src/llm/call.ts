import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { NanoDollars } from '../intent/money.ts';
import type { ProviderQuota, TakenQuota } from '../intent/provider-quota.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import type { Bill, Spending, Tariff } from '../intent/spending.ts';
import { sleep } from '../waiting.ts';
import type { Verdict } from './breaker.ts';
import type { Meter } from './meter.ts';
import type { Pace } from './pace.ts';
import type { Message } from './prompt.ts';
import type { Prompts } from './prompts.ts';
import { ProviderFailure } from './provider-failure.ts';
import type { Checked } from './reply.ts';
import type { Rotation } from './rotation.ts';
import type { Template, TemplateSettings } from './template-settings.ts';
import type { PromptSize, TokenEstimator } from './token-estimate.ts';
import type { Prepared, Progress, WireReply } from './wire.ts';

/** One model of one provider, and what asking it takes. */
export interface Callee {
  readonly provider: string;
  readonly model: string;
  readonly rotation: Rotation;
  readonly tariff: Tariff;
  readonly meter: Meter;
  readonly estimator: TokenEstimator;
  readonly pace: Pace;
}

export interface CallSettings {
  readonly templates: Readonly<Record<Template, TemplateSettings>>;
  /** After the first try. */
  readonly retries: number;
}

export interface CallContext {
  readonly spending: Spending;
  /** None: providers may be asked as often as there is money. */
  readonly quota?: ProviderQuota | undefined;
  readonly clock: Clock;
  /** 0–1. */
  readonly random: () => number;
  readonly settings: CallSettings;
}

/** What all tries took. Grows while the call goes on, so that it is right whenever and however it ends. */
export interface Spent {
  tries: number;
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number;
  cost: NanoDollars;
  estimateError?: number;
  /** What answered, as the provider calls it. */
  responseModel?: string;
}

export function nothingSpent(): Spent {
  return { tries: 0, promptTokens: 0, completionTokens: 0, cachedTokens: 0, cost: 0 };
}

export interface CallRequest<Value> {
  readonly messages: readonly Message[];
  /** What to say about a reply of no use. */
  readonly repair: Prompts['repair'];
  /** Takes a reply's text for an answer, or says what is wrong with it. */
  readonly read: (text: string) => Checked<Value>;
  /** By the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** How many may be asked after this one. */
  readonly behind: number;
  readonly signal: AbortSignal;
  readonly spent: Spent;
  /** Told of every try that is made. */
  readonly tried?: (() => void) | undefined;
  /** Resolves to whether it may be asked at all: money is set aside meanwhile, and nothing is sent before. Never rejects. Absent: it may. */
  readonly allowed?: Promise<boolean> | undefined;
  readonly traceId?: string;
  readonly messageId?: string;
  readonly utteranceHash?: string;
  /** Who asked, for the ledger. */
  readonly origin?: string;
  /** The arm of an experiment that it is made for. */
  readonly variant?: string;
}

export type CallResult<Value> =
  | { readonly kind: 'answer'; readonly value: Value }
  | {
      readonly kind: 'pass';
      readonly reason: FallbackReason;
      readonly failure?: ProviderFailure;
      /** Whether the provider is why; not where it did not like the words, nor where quota, money or time of ours ran out. */
      readonly isTrouble: boolean;
    };

/** Waits between tries: this, twice this, and so on; jitter takes up to half of it away. */
const BACKOFF_MS = 200;
/** In less no provider answers. */
const SHORTEST_TRY_MS = 20;

/**
 * Asks one model about one utterance: as often as it may, as long as there is time and money. A reply of no use is
 * complained about once.
 *
 * @throws the signal's reason when it is aborted
 */
export async function callModel<Value>(
  callee: Callee,
  request: CallRequest<Value>,
  context: CallContext,
): Promise<{ readonly verdict: Verdict; readonly result: CallResult<Value> }> {
  const { clock, settings, random } = context;
  const { deadline, signal, read } = request;
  let { messages } = request;
  let isRepair = false;
  let failure: ProviderFailure | undefined;
  let isOut = false;

  const end = (reason: FallbackReason) => {
    const isTrouble = failure !== undefined && !failure.traits.isOfRequest;
    const result: CallResult<Value> = { kind: 'pass', reason, isTrouble, ...(failure && { failure }) };
    return { verdict: isOut ? ('down' as const) : ('untold' as const), result };
  };

  for (let triesLeft = settings.retries + 1; triesLeft > 0; triesLeft -= 1) {
    const template = isRepair ? 'repair' : 'recognise';
    const tried = await tryOnce(callee, { ...request, messages, triesLeft, template }, context);
    switch (tried.kind) {
      case 'not made':
        return end(failure && tried.reason === 'timeout' ? reasonOf(failure) : tried.reason);
      case 'reply': {
        const { text, end: ending } = tried.reply;
        const checked =
          ending === 'whole' ? read(text) : ({ ok: false, complaint: 'The answer was too long.' } as const);
        if (checked.ok) return { verdict: 'up', result: { kind: 'answer', value: checked.value } };
        const isRefused = ending === 'refused';
        // Who refuses once refuses again.
        if (isRepair || isRefused || triesLeft === 1) {
          return {
            verdict: 'up',
            result: { kind: 'pass', reason: 'invalid_output', isTrouble: !isRefused },
          };
        }
        isRepair = true;
        messages = repairMessages(request.messages, text, request.repair(checked.complaint));
        failure = undefined;
        isOut = false;
        break;
      }
      case 'failed': {
        failure = tried.failure;
        if (tried.isTelling) isOut = failure.traits.isOutage;
        if (!failure.traits.retry || triesLeft === 1) return end(reasonOf(failure));
        const backoff = BACKOFF_MS * 2 ** (settings.retries + 1 - triesLeft) * (1 - random() / 2);
        const wait = failure.traits.retryAfterMs ?? backoff;
        if (clock.monotonic() + wait + SHORTEST_TRY_MS > deadline) return end(reasonOf(failure));
        await sleep(wait, signal);
        break;
      }
    }
  }
  return end('provider_error');
}

type Tried =
  | { readonly kind: 'reply'; readonly reply: WireReply }
  | {
      readonly kind: 'failed';
      readonly failure: ProviderFailure;
      /** False where it may have been cut off too early: that says nothing about the provider. */
      readonly isTelling: boolean;
    }
  | { readonly kind: 'not made'; readonly reason: FallbackReason };

type TryRequest = CallRequest<unknown> & { readonly triesLeft: number; readonly template: Template };

/** A request that is ready, and what was set aside for it. */
interface PaidRequest {
  readonly id: string;
  readonly atMost: NanoDollars;
  readonly size: PromptSize;
  readonly maxTokens: number;
  readonly quota: TakenQuota | undefined;
  readonly prepared: Prepared;
  readonly progress: Progress;
}

/** One try: quota and money first, then the wire, then the bill. The request is written while money is set aside, and leaves after that. */
async function tryOnce(callee: Callee, request: TryRequest, context: CallContext): Promise<Tried> {
  const { provider, model, rotation, tariff, estimator } = callee;
  const { messages, template, deadline, signal, traceId, utteranceHash, origin, variant } = request;
  const { spending, quota: quotas, clock, settings } = context;
  signal.throwIfAborted();
  if (deadline - clock.monotonic() < SHORTEST_TRY_MS) return { kind: 'not made', reason: 'timeout' };
  const { maxTokens, temperature } = settings.templates[template];
  const size = estimator.measure(messages);
  const quota = await quotas?.take(provider, size.likely + maxTokens);
  if (quota === 'rate_limited') return { kind: 'not made', reason: quota };
  const wire = rotation.next();
  if (!wire) {
    quota?.giveBack();
    return { kind: 'not made', reason: rotation.restReason() ?? 'provider_error' };
  }
  const id = randomUUID();
  const atMost = tariff.atMost({ prompt: size.atMost, completion: maxTokens });
  const reserving = spending
    .reserve(
      {
        id,
        provider,
        model,
        atMost,
        ...(tariff.isFree && { isFree: true }),
        ...(traceId !== undefined && { traceId }),
        ...(utteranceHash !== undefined && { utteranceHash }),
        ...(origin !== undefined && { origin }),
        ...(variant !== undefined && { variant }),
      },
      { deadline, signal },
    )
    .catch((error: unknown) => {
      quota?.giveBack();
      throw error;
    });
  const progress: Progress = { isUnsent: false };
  const prepared = wire.prepare({ messages, maxTokens, temperature, progress });
  try {
    const reserved = await reserving;
    if (reserved === 'reserved') {
      const paid = { id, atMost, size, maxTokens, quota, prepared, progress };
      return await sendPaid(paid, { callee, request, context });
    }
    quota?.giveBack();
    return { kind: 'not made', reason: reserved };
  } finally {
    prepared.drop();
  }
}

/** However it ends, what was set aside is settled. */
async function sendPaid(
  { id, atMost, size, maxTokens, quota, prepared, progress }: PaidRequest,
  {
    callee: { provider, meter, estimator, pace },
    request: { triesLeft, deadline, behind, signal, spent, tried, allowed },
    context: { spending, clock },
  }: { readonly callee: Callee; readonly request: TryRequest; readonly context: CallContext },
): Promise<Tried> {
  const at = clock.now();
  const settle = (bill: Bill): void => {
    spending.settle(id, bill);
    if (bill.kind === 'free') return;
    spent.cost += bill.kind === 'metered' ? bill.cost : atMost;
  };
  const isAllowed = (await allowed) ?? true;
  const sentAt = clock.monotonic();
  const limit = pace.timeout(deadline - sentAt, triesLeft);
  if (!isAllowed || signal.aborted || limit < SHORTEST_TRY_MS) {
    settle({ kind: 'free' });
    quota?.giveBack();
    signal.throwIfAborted();
    return { kind: 'not made', reason: isAllowed ? 'timeout' : 'rate_limited' };
  }

  spent.tries += 1;
  tried?.();
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(timeoutOf(provider, limit)), limit);
  const giveUp = (): void => late.abort(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const reply = await prepared.send(late.signal);
    pace.answered(clock.monotonic() - sentAt);
    if (reply.model !== undefined) spent.responseModel = reply.model;
    const bill = meter.billOf(reply.usage, { size, maxTokens, atMost, at });
    settle(bill);
    if (bill.kind === 'unknown') return { kind: 'reply', reply };
    const { usage } = bill;
    quota?.took(usage.promptTokens + usage.completionTokens);
    spent.promptTokens += usage.promptTokens;
    spent.completionTokens += usage.completionTokens;
    spent.cachedTokens += usage.cachedTokens;
    const estimateError = estimator.learn(size, usage);
    if (estimateError !== undefined) spent.estimateError = estimateError;
    return { kind: 'reply', reply };
  } catch (error) {
    const isFailure = error instanceof ProviderFailure;
    const bill = isFailure ? error.traits.bill : 'unknown';
    settle({ kind: progress.isUnsent ? 'free' : bill });
    if (progress.isUnsent) quota?.giveBack();
    else if (bill === 'free') quota?.took(0);
    if (!isFailure) throw error;
    const isTelling = error.traits.kind !== 'timeout' || pace.timedOut(limit, behind);
    return { kind: 'failed', failure: error, isTelling };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function timeoutOf(provider: string, ms: number): ProviderFailure {
  return new ProviderFailure(
    `${provider}: no answer within ${Math.round(ms)} ms`,
    { kind: 'timeout', retry: true, bill: 'unknown', isOutage: true },
    { cause: undefined },
  );
}

function repairMessages(messages: readonly Message[], text: string, repair: string): readonly Message[] {
  return [
    ...messages,
    ...(text.trim() ? [{ role: 'assistant', content: text } as const] : []),
    { role: 'user', content: repair },
  ];
}

function reasonOf({ traits: { kind } }: ProviderFailure): FallbackReason {
  switch (kind) {
    case 'timeout':
    case 'rate_limited':
      return kind;
    case 'garbled':
      return 'invalid_output';
    case 'unavailable':
    case 'rejected':
      return 'provider_error';
  }
}
