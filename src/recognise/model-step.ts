import type { CacheUse } from '../cache/cache.ts';
import type { CacheKey, CacheKeys } from '../cache/key.ts';
import type { CacheMode } from '../intent/recognise.ts';
import type { FallbackReason } from '../intent/recognition.ts';
import type { Turn } from '../intent/turn.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { AskModel, ModelAnswer, ModelQuestion } from '../llm/ask-model.ts';
import type { Shortlist } from '../shortlist/create-shortlist.ts';
import { onceEach } from './once-each.ts';
import type { Outcome, Resolver, ResolverContext } from './resolver.ts';

/** What a model is told beside what was said. */
export interface ModelContext {
  /** What was said before in the same talk, the oldest first; never rejects, and does not take long. */
  readonly turnsOf: (utterance: Utterance) => readonly Turn[] | Promise<readonly Turn[]>;
  /** What else the question holds, for this room and now. */
  readonly about: (
    utterance: Utterance,
  ) => Omit<ModelQuestion, 'utterance' | 'candidates' | 'turns' | 'traceId'>;
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

/**
 * Asks a language model which of the readings on the shortlist was meant. The same words said several times at once are
 * one call, which the first of them pays.
 *
 * @param joined told whenever an answer was somebody else's call
 */
export function createModelResolver({
  ask,
  shortlist,
  context: { turnsOf, about },
  keyOf,
  cache,
  joined: tellJoined,
}: {
  ask: AskModel;
  shortlist: Shortlist;
  context: ModelContext;
  keyOf: CacheKeys;
  cache: (mode: CacheMode | undefined) => CacheUse;
  joined: () => void;
}): ModelResolver {
  const candidatesFor = onceEach(shortlist);

  async function question(
    utterance: Utterance,
    { deadline, span }: ResolverContext,
    { signal, candidates }: { signal: AbortSignal; candidates: ModelQuestion['candidates'] },
  ): Promise<ModelAnswer> {
    // What stands alone is kept and shared, so nothing that was said before may have a part in its answer.
    const turns = keyOf(utterance) ? [] : await turnsOf(utterance);
    const { traceId } = span.spanContext();
    return ask({ ...about(utterance), utterance, candidates, turns, traceId }, { signal, deadline, span });
  }

  async function shared(
    key: CacheKey,
    { cacheMode, signal }: ResolverContext,
    run: (signal: AbortSignal) => Promise<ModelAnswer>,
  ): Promise<Outcome> {
    const use = cache(cacheMode);
    const { result, joined } = await use.share(key, run, {
      signal,
      isForAll: (answer) => answer.kind === 'answer' || !OWN_TROUBLE.has(answer.reason),
    });
    if (!joined) {
      if (result.kind === 'answer') {
        use.store(key, { meaning: result.meaning, source: 'llm' }, result.use.cost);
      }
      return result;
    }
    if (result.kind === 'pass') {
      return { kind: 'pass', ...(result.reason !== undefined && { reason: result.reason }) };
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
      const run = (signal: AbortSignal): Promise<ModelAnswer> =>
        question(utterance, context, { signal, candidates });
      const key = keyOf(utterance);
      return key ? shared(key, context, run) : run(context.signal);
    },
    prepare(utterance, { mayWait }) {
      if (!mayWait) return;
      // After the questions to Redis are sent: while it answers there is time.
      setImmediate(() => candidatesFor(utterance));
    },
  };
}
