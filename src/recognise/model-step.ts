import type { Span, SpanContext } from '@opentelemetry/api';
import type { CacheUse } from '../cache/cache.ts';
import type { CacheKey, CacheKeys } from '../cache/key.ts';
import type { Shared } from '../cache/share.ts';
import type { Clock } from '../clock.ts';
import type { CacheMode } from '../intent/recognise.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import type { Turn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { OriginLimits, Refusal } from '../limits/origin-limits.ts';
import type { AskModel, ModelAnswer, ModelQuestion } from '../llm/ask-model.ts';
import type { Shortlist } from '../shortlist/create-shortlist.ts';
import { ahead } from '../waiting.ts';
import { onceEach } from './once-each.ts';
import type { Outcome, Resolver, ResolverContext } from './resolver.ts';

/** What a model is told beside what was said. */
export interface ModelContext {
  /** What was said before in the same talk, the oldest first; never rejects, and does not take long. */
  readonly turnsOf: (utterance: Utterance) => readonly Turn[] | Promise<readonly Turn[]>;
  /** What else the question holds, for this room and now. */
  readonly about: (
    utterance: Utterance,
  ) => Omit<ModelQuestion, 'utterance' | 'candidates' | 'turns' | 'traceId' | 'messageId'>;
  /** Who asks, as limits are told apart. */
  readonly originOf: (utterance: Utterance) => string;
}

export interface ModelResolver extends Resolver {
  /**
   * Begins with what has to be known before a model is asked, for somebody who waits for a cache and may come here next.
   * Costs what it costs, whether they come or not.
   */
  prepare(utterance: Utterance, context: Pick<ResolverContext, 'mayWait'>): void;
}

/** Trouble of one caller's own: others who asked the same may fare better. */
const OWN_TROUBLE: ReadonlySet<FallbackReason | undefined> = new Set(['timeout', 'queue_full']);

type Answered = ModelAnswer | Extract<Outcome, { kind: 'pass' }>;

/** Milliseconds past its deadline by which a call has surely told its own end, with what it cost. */
const GRACE_MS = 25;
const LATE = new Error('the time of this utterance is over');

/**
 * Asks a language model which of the readings on the shortlist was meant. The same words said several times at once by
 * one origin are one call, which the first of them pays, and which counts once.
 *
 * @param limits asked before each call; what is not made does not count
 * @param joined told whenever an answer was somebody else's call
 */
export function createModelResolver({
  ask,
  shortlist,
  context: { turnsOf, about, originOf },
  limits,
  keyOf,
  cache,
  joined: tellJoined,
  clock,
}: {
  ask: AskModel;
  shortlist: Shortlist;
  context: ModelContext;
  limits: Pick<OriginLimits, 'enter' | 'hasPlenty'>;
  keyOf: CacheKeys;
  cache: (mode: CacheMode | undefined) => CacheUse;
  joined: () => void;
  clock: Clock;
}): ModelResolver {
  const candidatesFor = onceEach(shortlist);
  /** Who was the first to want each call that others may join. */
  const callers = new Map<string, SpanContext>();

  async function question(
    utterance: Utterance,
    { deadline, span, delivery }: ResolverContext,
    { signal, candidates }: { signal: AbortSignal; candidates: ModelQuestion['candidates'] },
  ): Promise<Answered> {
    const origin = originOf(utterance);
    // Who has plenty left need not wait for leave before the question is put together and its price set aside.
    const mayPrepare = limits.hasPlenty(origin);
    const entering = limits.enter(origin, { deadline, signal });
    // What stands alone is kept and shared, so nothing that was said before may have a part in its answer.
    const talk = keyOf(utterance) ? [] : turnsOf(utterance);
    let isUsed = false;
    const tried = (): void => {
      isUsed = true;
    };
    const refusal = entering.then((permit) => (permit.kind === 'rate_limited' ? permit : undefined));
    try {
      const refused = mayPrepare ? undefined : await refusal;
      if (refused) return passOf(refused);
      const turns = await talk;
      const { traceId } = span.spanContext();
      const allowed = refusal.then(
        (found) => found === undefined,
        () => false,
      );
      const answer = await ask(
        { ...about(utterance), utterance, candidates, turns, traceId, ...messageOf(delivery) },
        { signal, deadline, span, tried, allowed },
      );
      const late = answer.kind === 'pass' && answer.reason === 'rate_limited' ? await refusal : undefined;
      return late ? passOf(late) : answer;
    } finally {
      // However it ended: who hung up before anything was sent has not asked.
      if (!isUsed) {
        void entering.then(
          (permit) => permit.kind === 'permit' && permit.giveBack(),
          () => undefined,
        );
      }
    }
  }

  /** Whose call it is knows when its time is over; who has joined one that lasts longer is told here. */
  async function shareInTime(
    key: CacheKey,
    { cacheMode, signal, deadline }: ResolverContext,
    run: (signal: AbortSignal) => Promise<Answered>,
  ): Promise<Shared<Answered> | 'late'> {
    const leave = new AbortController();
    const abort = (): void => leave.abort(signal.reason);
    const timer = setTimeout(() => leave.abort(LATE), deadline - clock.monotonic() + GRACE_MS);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      return await cache(cacheMode).share(key, run, {
        signal: leave.signal,
        isForAll: (answer) => answer.kind === 'answer' || !OWN_TROUBLE.has(answer.reason),
      });
    } catch (error) {
      if (error === LATE) return 'late';
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  async function shared(
    key: CacheKey,
    context: ResolverContext,
    run: (signal: AbortSignal) => Promise<Answered>,
  ): Promise<Outcome> {
    const use = cache(context.cacheMode);
    const caller = callers.get(key.call);
    if (!caller) callers.set(key.call, context.span.spanContext());
    const inTime = await shareInTime(key, context, run).finally(() => {
      if (!caller) callers.delete(key.call);
    });
    if (caller && (inTime === 'late' || inTime.joined)) linkToCall(context.span, caller);
    if (inTime === 'late') return { kind: 'pass', reason: 'timeout' };
    const { result, joined } = inTime;
    if (!joined) {
      if (result.kind === 'answer') {
        use.store(key, { meaning: result.meaning, source: 'llm' }, result.use.cost);
      }
      return result;
    }
    if (result.kind === 'pass') {
      const { use: _, ...pass } = result;
      return pass;
    }
    tellJoined();
    return { kind: 'answer', meaning: result.meaning, source: 'cache', saved: result.use.cost };
  }

  return {
    source: 'llm',
    resolve(utterance, context) {
      if (!context.mayWait) return { kind: 'pass', reason: 'queue_full' };
      const candidates = candidatesFor(utterance);
      if (candidates.length === 0) return { kind: 'pass' };
      const run = (signal: AbortSignal): Promise<Answered> =>
        question(utterance, context, { signal, candidates });
      const key = keyOf(utterance);
      if (!key) return run(context.signal);
      // Nobody waits behind somebody else's limit.
      return shared({ ...key, call: `${key.call} ${originOf(utterance)}` }, context, run);
    },
    prepare(utterance, { mayWait }) {
      if (!mayWait) return;
      // After the questions to Redis are sent: while it answers there is time.
      ahead(() => candidatesFor(utterance));
    },
  };
}

function passOf({ kind, endsInMs }: Refusal): Extract<Outcome, { kind: 'pass' }> {
  return { kind: 'pass', reason: kind, retryAfterMs: endsInMs };
}

/** The id of the entry, which comes after the name of its stream. */
function messageOf(delivery: ResolverContext['delivery']): Pick<ModelQuestion, 'messageId'> {
  return delivery ? { messageId: delivery.id.slice(delivery.id.lastIndexOf(' ') + 1) } : {};
}

/** What waited for somebody else's call has no call of its own in its trace: it says where to look. */
function linkToCall(span: Span, caller: SpanContext): void {
  span.addLink({ context: caller, attributes: { 'queue.name': 'call' } });
}
