import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import type { ModelUse } from '../intent/model-use.ts';
import type { Recognise } from '../intent/recognise.ts';
import type { FallbackReason, Meaning, Recognition } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Outcome, Resolver } from './resolver.ts';

/**
 * The path of a transcript: normalised, then one resolver after the other until one answers, then policy. The
 * first reason why a resolver passed is what the answer's `fallback_reason` tells. Where the answer is that nobody
 * understood, rules behind it that did understand have the last word.
 *
 * @param decide what policy makes of a meaning
 * @param unclear what to say when nobody knows
 * @param deadlineMs how long resolvers may make an utterance wait, all together
 * @param answered told what became of an utterance: the talk goes on from there
 */
export function createRecognise({
  normalise,
  resolvers,
  decide,
  unclear,
  deadlineMs,
  clock,
  answered,
}: {
  normalise: (transcript: Transcript) => Utterance;
  resolvers: readonly Resolver[];
  decide: (meaning: Meaning, utterance: Utterance) => Meaning;
  unclear: (utterance: Utterance) => Meaning;
  deadlineMs: number;
  clock: Clock;
  answered?: (transcript: Transcript, recognition: Recognition) => void;
}): Recognise {
  return (transcript, context) => {
    const { span } = context;
    const deadline = clock.monotonic() + deadlineMs;
    const utterance = traced('normalise', span, () => normalise(transcript));

    const resolve = <Result>(
      resolver: Resolver,
      take: (taken: Outcome) => Result | Promise<Result>,
    ): Result | Promise<Result> => {
      const outcome = traced(resolver.source, span, (own) =>
        resolver.resolve(utterance, { ...context, span: own, deadline }),
      );
      return outcome instanceof Promise ? outcome.then(take) : take(outcome);
    };

    function ask(index: number, before: Before): Recognition | Promise<Recognition> {
      const resolver = resolvers[index];
      if (!resolver) {
        const { complaint, ...rest } = before;
        const meaning: Meaning =
          complaint === undefined ? unclear(utterance) : { status: 'unclear', responseText: complaint };
        return { meaning, source: 'none', ...rest };
      }
      return resolve(resolver, (taken) => {
        if (taken.kind === 'pass') return ask(index + 1, passedOver(before, taken));
        const { kind: _, meaning, source = resolver.source, ...rest } = taken;
        const { complaint: __, ...behind } = before;
        const found: Recognition = { meaning: decide(meaning, utterance), source, ...behind, ...rest };
        return meaning.status === 'unclear' ? understood(index, found) : found;
      });
    }

    /** Asks the rules, which cost nothing; another model would be one more that has to be paid. */
    function understood(index: number, notUnderstood: Recognition): Recognition | Promise<Recognition> {
      const rules = resolvers.find(({ source }, position) => position > index && source === 'rules');
      if (!rules) return notUnderstood;
      return resolve(rules, (taken) => {
        if (taken.kind === 'pass' || isInDoubt(taken.meaning)) return notUnderstood;
        const { kind: _, meaning, ...rest } = taken;
        return { ...notUnderstood, meaning: decide(meaning, utterance), source: rules.source, ...rest };
      });
    }

    const finish = (recognition: Recognition): Recognition => {
      answered?.(transcript, recognition);
      return recognition;
    };
    const recognition = ask(0, {});
    return recognition instanceof Promise ? recognition.then(finish) : finish(recognition);
  };
}

/** What the resolvers so far left behind. */
interface Before {
  readonly fallbackReason?: FallbackReason;
  readonly use?: ModelUse;
  readonly complaint?: string;
}

/** The first reason counts: it is why the best resolver did not answer. */
function passedOver(before: Before, { reason, use, complaint }: Extract<Outcome, { kind: 'pass' }>): Before {
  return {
    ...(reason !== undefined && { fallbackReason: reason }),
    ...(use && { use }),
    ...(complaint !== undefined && { complaint }),
    ...before,
  };
}

/** Also where words had to be mended first: that, and a model that understood nothing, are two doubts. */
function isInDoubt(meaning: Meaning): boolean {
  if (meaning.status === 'unclear') return true;
  return meaning.status === 'recognized' && meaning.kind === 'action' && meaning.isMended === true;
}

/** Runs one step under a span of its own, and without one where nobody records. */
function traced<Result>(name: string, parent: Span, run: (span: Span) => Result): Result {
  if (!parent.isRecording()) return run(parent);
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
    const result = run(span);
    return result instanceof Promise ? (result.then(succeeded, failed) as Result) : succeeded(result);
  } catch (error) {
    return failed(error);
  }
}
