import { type Span, TraceFlags } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import type { Catalogue } from '../intent/catalogue.ts';
import type { ModelUse } from '../intent/model-use.ts';
import type { ProviderQuota } from '../intent/provider-quota.ts';
import type { FallbackReason, Meaning, Slots } from '../intent/recognition.ts';
import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Spending } from '../intent/spending.ts';
import type { Turn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import { ahead } from '../waiting.ts';
import type { Admission } from './admission.ts';
import type { Breaker } from './breaker.ts';
import {
  type Callee,
  type CallRequest,
  type CallResult,
  type CallSettings,
  callModel,
  nothingSpent,
  type Spent,
} from './call.ts';
import { startChatSpan } from './chat-span.ts';
import { type Ground, type Grounded, groundReply } from './ground.ts';
import { type ModelPhrases, meaningOf } from './meaning.ts';
import type { ModelCall, ModelEvents } from './model-events.ts';
import { fittingChoices, LIMITS, type Message, userPrompt } from './prompt.ts';
import type { Prompts } from './prompts.ts';
import { type Checked, parseReply } from './reply.ts';
import type { RestReason } from './rest.ts';

/** What is asked. Everything in it that people wrote or said is data, and cleaned before it is sent. */
export interface ModelQuestion {
  readonly utterance: Utterance;
  /** Best first; those after the 16th are not asked about. */
  readonly candidates: readonly ShortlistEntry[];
  /** The room it was said in, as people call it. */
  readonly room?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly timeZone: string;
  /** What was said before, the oldest first. */
  readonly turns: readonly Turn[];
  /** True where no word may leave the home: only models on this machine or network are asked. */
  readonly staysHome?: boolean;
  /** True: those are asked that are for when money is short. */
  readonly isThrifty?: boolean;
  readonly traceId?: string;
  /** Of the entry that it came with. */
  readonly messageId?: string;
  readonly utteranceHash?: string;
  /** Which of the arms is to ask; absent where there is one without a name. */
  readonly variant?: string;
  /** Who asked, for the ledger: no provider is told. */
  readonly origin?: string;
}

export type ModelAnswer =
  | { readonly kind: 'answer'; readonly meaning: Meaning; readonly use: ModelUse }
  | {
      readonly kind: 'pass';
      /** Absent where there was nothing to ask: no candidates, or more words than an order has. */
      readonly reason?: FallbackReason;
      /** Some provider was in trouble, whatever kept the last one from answering. */
      readonly isTrouble?: true;
      readonly use?: ModelUse;
    };

/**
 * Asks language models what was meant.
 *
 * @param context.deadline by the monotonic clock, in milliseconds: nothing waits past it
 * @param context.tried told of every try that is made: until then nothing was sent to anybody
 * @param context.allowed resolves to whether models may be asked, and never rejects: all but sending is done meanwhile. Absent: they
 * may
 * @throws the signal's reason when it is aborted, at once; else for a defect only
 */
export type AskModel = (
  question: ModelQuestion,
  context: {
    readonly signal: AbortSignal;
    readonly deadline: number;
    readonly span: Span;
    readonly tried?: () => void;
    readonly allowed?: Promise<boolean>;
  },
) => Promise<ModelAnswer>;

/** A model that may be asked, with what guards it. */
export interface GuardedModel {
  readonly callee: Callee;
  readonly breaker: Breaker;
  readonly isRemote: boolean;
}

/** One way of asking. */
interface AskingArm {
  readonly variant?: string;
  /** In the order in which they are asked. */
  readonly models: readonly GuardedModel[];
  readonly prompts: Prompts;
  readonly settings: CallSettings;
}

export interface AskModelParts {
  readonly arms: readonly AskingArm[];
  /** Asked in place of the arm's where a question is thrifty. */
  readonly thriftyModels: readonly GuardedModel[];
  readonly admission: Admission;
  readonly catalogue: Catalogue;
  readonly phrases: ModelPhrases;
  /** 0–1: a reply with less confidence counts as one that nothing fits. */
  readonly threshold: number;
  /** The slots that say where: `{area, entity_id}`. */
  readonly targetOf: (entry: ShortlistEntry) => Slots;
  /** What the words alone say against all that would be done, whatever a model makes of them. */
  readonly objectionsIn: (utterance: Utterance) => Ground['objectionTo'];
  readonly spending: Spending;
  readonly quota?: ProviderQuota | undefined;
  readonly clock: Clock;
  /** 0–1. */
  readonly random: () => number;
  readonly events: ModelEvents;
}

export function createAskModel(parts: AskModelParts): AskModel {
  const { arms, admission, catalogue, phrases, threshold, targetOf, clock } = parts;

  return async (question, { signal, deadline, span, tried, allowed }) => {
    signal.throwIfAborted();
    const { utterance, room, now, timeZone, turns, staysHome = false, isThrifty = false } = question;
    const arm = arms.find((each) => each.variant === question.variant);
    if (!arm) throw new Error(`no arm is called ${question.variant}`);
    const { prompts, settings } = arm;
    const models = isThrifty ? parts.thriftyModels : arm.models;
    // What other models than the arm's do is no part of the experiment.
    const variant = isThrifty ? undefined : arm.variant;
    const { candidates, lines: choices } = fittingChoices(
      question.candidates.filter(({ intent }) => catalogue.has(intent)),
      catalogue,
    );
    if (candidates.length === 0 || utterance.text.length > LIMITS.said) return { kind: 'pass' };
    const asked = models.filter(({ isRemote }) => !(isRemote && staysHome));
    if (asked.length === 0) return { kind: 'pass', reason: 'no_provider' };

    const leave = await admission.enter(question.origin ?? '', { deadline, signal });
    if (leave === 'full') return { kind: 'pass', reason: 'queue_full' };
    try {
      const content = userPrompt({
        said: utterance.text,
        choices,
        turns,
        now,
        timeZone,
        ...(room !== undefined && { room }),
      });
      const messages: readonly Message[] = [
        { role: 'system', content: prompts.recognise },
        { role: 'user', content },
      ];
      const said = [utterance.text, ...turns.slice(-LIMITS.turns).map((turn) => turn.said)];
      /** Read ahead while a provider is waited for. */
      let objections = (): Ground['objectionTo'] => parts.objectionsIn(utterance);
      const read = (text: string): Checked<Grounded> => {
        const reply = parseReply(text);
        return reply.ok
          ? groundReply(reply.value, {
              ...{ candidates, catalogue, targetOf, said, now, timeZone },
              objectionTo: (actions) => objections()(actions),
            })
          : reply;
      };
      const { traceId, messageId, utteranceHash, origin } = question;
      const inAll = nothingSpent();
      const useOf = ({ provider, model }: Callee): ModelUse => ({
        provider,
        model,
        promptVersion: prompts.version,
        promptTokens: inAll.promptTokens,
        completionTokens: inAll.completionTokens,
        cachedTokens: inAll.cachedTokens,
        cost: inAll.cost,
        ...(variant !== undefined && { variant }),
      });

      const outcome = createOutcome();
      let last: Callee | undefined;
      const counted = new Set<Breaker>();
      for (const [index, model] of asked.entries()) {
        const rest = model.callee.rotation.restReason();
        if (rest) {
          outcome.passedOver(rest);
          continue;
        }
        const start = clock.monotonic();
        // Who comes later in the list needs time too, unless nobody will ask them.
        const behind = asked
          .slice(index + 1)
          .filter(({ callee, breaker }) => !callee.rotation.restReason() && !breaker.refuses()).length;
        const request: CallRequest<Grounded> = {
          messages,
          repair: prompts.repair,
          read,
          signal,
          deadline: start + model.callee.pace.share(deadline - start, behind),
          behind,
          spent: nothingSpent(),
          tried() {
            tried?.();
            // A connection that was idle is looked at for a turn before it is used: the request leaves first.
            setImmediate(() => {
              objections = ahead(objections);
            });
          },
          allowed,
          ...(traceId !== undefined && { traceId }),
          ...(messageId !== undefined && { messageId }),
          ...(utteranceHash !== undefined && { utteranceHash }),
          ...(variant !== undefined && { variant }),
          ...(origin !== undefined && { origin }),
        };
        const result = await askOne(model, request, { parts, settings, span, counted });
        add(inAll, request.spent);
        if (request.spent.tries > 0) last = model.callee;
        if (result === 'open') {
          outcome.passedOver('circuit_open');
          continue;
        }
        if (result.kind === 'answer') {
          return {
            kind: 'answer',
            meaning: meaningOf(result.value, utterance, { phrases, threshold }),
            use: useOf(model.callee),
          };
        }
        outcome.failed(result);
      }
      return { kind: 'pass', ...outcome.told(), ...(last && { use: useOf(last) }) };
    } finally {
      leave();
    }
  };
}

/** One utterance at one provider, with all that watches it. */
async function askOne(
  { callee, breaker }: GuardedModel,
  request: CallRequest<Grounded>,
  {
    parts: { spending, quota, clock, random, events },
    settings,
    span,
    counted,
  }: {
    readonly parts: AskModelParts;
    readonly settings: CallSettings;
    readonly span: Span;
    /** Who has failed on this utterance already, with another model. */
    readonly counted: Set<Breaker>;
  },
): Promise<CallResult<Grounded> | 'open'> {
  return breaker.run(async () => {
    const { provider, model } = callee;
    const chat = startChatSpan(span, callee);
    const start = clock.monotonic();
    const tell = (outcome: ModelCall['outcome'], message?: string): void => {
      const { spent, traceId, messageId, variant } = request;
      chat.end(spent, message === undefined ? undefined : { type: outcome, message });
      const duration = clock.monotonic() - start;
      events.called({
        provider,
        model,
        outcome,
        duration,
        ...spent,
        ...(traceId !== undefined && { traceId }),
        ...((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0 && { isSampled: true as const }),
        ...(messageId !== undefined && { messageId }),
        ...(variant !== undefined && { variant }),
      });
    };
    try {
      const judged = await callModel(callee, request, { spending, quota, clock, random, settings });
      const { result } = judged;
      if (result.kind === 'answer') tell('answered');
      else tell(result.reason, result.failure?.message ?? result.reason);
      if (judged.verdict !== 'down') return judged;
      const verdict = counted.has(breaker) ? 'untold' : 'down';
      counted.add(breaker);
      return { verdict, result };
    } catch (error) {
      if (request.signal.aborted) tell('aborted', 'nobody wanted the answer any more');
      // A defect of ours, whose message may repeat what was said; what was spent before it is spent.
      else tell('provider_error', error instanceof Error ? error.name : typeof error);
      throw error;
    }
  });
}

/**
 * What to say when nobody answered: what the last one said who was asked, unless an earlier one was in trouble and it was
 * not. A limit of ours, or a provider's that is asked too often, shall not hide that another one is out.
 */
function createOutcome() {
  let reason: FallbackReason | undefined;
  let isTrouble = false;
  let isOut = false;
  return {
    /** @param why somebody must not be asked now, by what was learnt of them before */
    passedOver(why: RestReason | 'circuit_open'): void {
      reason ??= why;
      isTrouble = true;
    },
    failed(result: Extract<CallResult<unknown>, { kind: 'pass' }>): void {
      const isOutNow = result.isTrouble && result.reason !== 'rate_limited';
      if (isOutNow || !isOut) reason = result.reason;
      isOut ||= isOutNow;
      isTrouble ||= result.isTrouble;
    },
    told: () => ({
      reason: reason ?? ('no_provider' as const),
      ...(isTrouble && { isTrouble: true as const }),
    }),
  };
}

function add(sum: Spent, { tries, promptTokens, completionTokens, cachedTokens, cost }: Spent): void {
  sum.tries += tries;
  sum.promptTokens += promptTokens;
  sum.completionTokens += completionTokens;
  sum.cachedTokens += cachedTokens;
  sum.cost += cost;
}
