import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Recognise } from '../intent/recognise.ts';
import type { FallbackReason, Meaning, Recognition } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Outcome, Resolver } from './resolver.ts';

/**
 * The path of a transcript: normalised, then one resolver after the other until one answers, then policy. The
 * first reason why a resolver passed is what the answer's `fallback_reason` tells.
 *
 * @param decide what policy makes of a meaning
 * @param unclear what to say when nobody knows
 */
export function createRecognise({
  normalise,
  resolvers,
  decide,
  unclear,
}: {
  normalise: (transcript: Transcript) => Utterance;
  resolvers: readonly Resolver[];
  decide: (meaning: Meaning, utterance: Utterance) => Meaning;
  unclear: (utterance: Utterance) => Meaning;
}): Recognise {
  return (transcript, { signal, span }) => {
    const utterance = traced('normalise', span, () => normalise(transcript));

    function ask(index: number, passedOver: FallbackReason | undefined): Recognition | Promise<Recognition> {
      const resolver = resolvers[index];
      const fallback = passedOver && { fallbackReason: passedOver };
      if (!resolver) return { meaning: unclear(utterance), source: 'none', ...fallback };
      const outcome = traced(resolver.source, span, () => resolver.resolve(utterance, signal));
      const take = (taken: Outcome): Recognition | Promise<Recognition> => {
        if (taken.kind === 'pass') return ask(index + 1, passedOver ?? taken.reason);
        const { meaning, explanation } = taken;
        return {
          meaning: decide(meaning, utterance),
          source: resolver.source,
          ...fallback,
          ...(explanation !== undefined && { explanation }),
        };
      };
      return outcome instanceof Promise ? outcome.then(take) : take(outcome);
    }

    return ask(0, undefined);
  };
}

/** Runs one step under a span of its own, and without one where nobody records. */
function traced<Result>(name: string, parent: Span, run: () => Result): Result {
  if (!parent.isRecording()) return run();
  const span = trace.getTracer('llm-intent').startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, parent));
  const failed = (error: unknown): never => {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    span.end();
    throw error;
  };
  const succeeded = <Value>(value: Value): Value => {
    span.end();
    return value;
  };
  try {
    const result = run();
    return result instanceof Promise ? (result.then(succeeded, failed) as Result) : succeeded(result);
  } catch (error) {
    return failed(error);
  }
}
