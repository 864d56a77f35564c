import { ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import { assertNever } from '../intent/assert-never.ts';
import { markFailed } from '../intent/failed-span.ts';
import { ModelUnavailable } from '../intent/model-unavailable.ts';
import type { ModelUse } from '../intent/model-use.ts';
import type { Recognise } from '../intent/recognise.ts';
import type { FallbackReason, Meaning, Recognition } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Utterance } from '../intent/utterance.ts';
import type { Asking, Reply } from './asking.ts';
import type { Outcome, Resolver } from './resolver.ts';

/**
 * The path of a transcript: normalised, then one resolver after the other until one answers, then policy. The
 * first reason why a resolver passed is what the answer's `fallback_reason` tells. Where the answer is that nobody
 * understood, rules behind it that did understand have the last word. Before all of them stands whether it answers
 * something that was asked.
 *
 * @param asking asks back and hears answers; absent: what is asked is only published
 * @param decide what policy makes of a meaning
 * @param unclear what to say when nobody knows
 * @param deadlineMs how long resolvers may make an utterance wait, all together
 * @param answered told what became of an utterance: the talk goes on from there
 */
export function createRecognise({
  normalise,
  asking,
  resolvers,
  decide,
  unclear,
  deadlineMs,
  clock,
  answered,
}: {
  normalise: (transcript: Transcript) => Utterance;
  asking?: Asking;
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

    let undecided: Meaning = { status: 'expired' };
    const decided = (meaning: Meaning): Meaning => {
      undecided = meaning;
      return decide(meaning, utterance);
    };

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
        if (taken.kind === 'pass') {
          const { reason, retryAfterMs } = taken;
          if (reason && context.waitsFor?.(taken)) throw new ModelUnavailable(reason, retryAfterMs);
          return ask(index + 1, passedOver(before, taken));
        }
        const { kind: _, meaning, source = resolver.source, ...rest } = taken;
        const { complaint: __, ...behind } = before;
        const found: Recognition = { meaning: decided(meaning), source, ...behind, ...rest };
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
        return { ...notUnderstood, meaning: decided(meaning), source: rules.source, ...rest };
      });
    }

    function replied(reply: Reply): Recognition | Promise<Recognition> {
      const { kind, meaning } = reply;
      switch (kind) {
        case 'answer':
          return { meaning: decided(meaning), source: 'rules', ...inFull(reply) };
        case 'confirmed':
          return { meaning: confirmed(decided(meaning), meaning), source: 'rules', ...inFull(reply) };
        case 'not asked':
          return { meaning, source: 'none' };
        default:
          return assertNever(kind);
      }
    }

    const finish = (recognition: Recognition): Recognition => {
      answered?.(transcript, recognition);
      return recognition;
    };
    const hear = (recognition: Recognition): Recognition | Promise<Recognition> => {
      const said = recognition.saidInFull ?? utterance.text;
      const heard = asking?.heard(recognition.meaning, { undecided, utterance, said, context });
      if (heard instanceof Promise) return heard.then((meaning) => finish({ ...recognition, meaning }));
      return finish(recognition);
    };
    const go = (reply: Reply | undefined): Recognition | Promise<Recognition> => {
      const recognition = reply ? replied(reply) : ask(0, {});
      return recognition instanceof Promise ? recognition.then(hear) : hear(recognition);
    };
    const reply = asking?.reply(utterance, context);
    return reply ? traced('answer', span, () => reply).then(go) : go(undefined);
  };
}

function inFull({ said }: { readonly said?: string }): Pick<Recognition, 'saidInFull'> {
  return said === undefined ? {} : { saidInFull: said };
}

/** What policy asked about was wanted, so that it asks no more; what it denies by now it denies. */
function confirmed(decided: Meaning, wanted: Meaning): Meaning {
  if (decided.status !== 'recognized' || decided.kind !== 'action') return decided;
  const { responseText: _, ...meaning } = decided;
  return {
    ...{ ...meaning, requiresConfirmation: false, isConfirmed: true },
    ...('responseText' in wanted &&
      wanted.responseText !== undefined && { responseText: wanted.responseText }),
  };
}

/** What the resolvers so far left behind. */
interface Before {
  readonly fallbackReason?: FallbackReason;
  readonly use?: ModelUse;
  readonly retryAfterMs?: number;
  readonly complaint?: string;
}

/** The first reason counts: it is why the best resolver did not answer. */
function passedOver(
  before: Before,
  { reason, use, retryAfterMs, complaint }: Extract<Outcome, { kind: 'pass' }>,
): Before {
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
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
    markFailed(span, error);
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
