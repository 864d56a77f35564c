import type { Clock } from '../clock.ts';
import { type Capabilities, withoutWhatIsRefused } from './capabilities.ts';
import type { Connections, FetchOptions } from './connections.ts';
import { SHAPE_REMINDER } from './prompt.ts';
import { atOnce, ProviderFailure } from './provider-failure.ts';
import { exhaustedForMs } from './rate-headers.ts';
import { readRefusal } from './refusal.ts';
import type { Progress, Wire, WireReply, WireRequest } from './wire.ts';
import { type Asked, classifyFailure, type SdkErrors, type StatusError } from './wire-failure.ts';

/** What it takes to make a wire out of a provider's SDK. */
export interface SdkWireOptions {
  readonly asked: Asked;
  /** Up to what all its paths have in common: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Absent for a server of one's own that wants none. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly capabilities: Capabilities;
  readonly connections: Connections;
  readonly clock: Clock;
}

/** How one SDK is asked, and what its replies mean. */
interface Dialect {
  readonly errors: SdkErrors;
  post(
    body: Record<string, unknown>,
    how: { readonly fetchOptions: FetchOptions },
  ): PromiseLike<{ readonly data: unknown; readonly response: { readonly headers: Headers } }>;
  bodyOf(
    request: WireRequest,
    how: { readonly model: string; readonly capabilities: Capabilities },
  ): Record<string, unknown>;
  /** @returns undefined for what is no reply of such a provider at all */
  read(reply: unknown): WireReply | undefined;
}

/** No timer of the SDK's: every try has a signal, and that covers the body, which the SDK's does not for an error's. */
export const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** What a request is ended by that was not sent. */
const NEVER = AbortSignal.abort(new Error('the request was not sent'));

/** Asks through an SDK, and learns what a server does not know of what it was thought to. */
export function createSdkWire(
  { asked, capabilities, clock }: Pick<SdkWireOptions, 'asked' | 'capabilities' | 'clock'>,
  { errors, post, bodyOf, read }: Dialect,
): Wire {
  /** As far as the server has told what it does not know. */
  let known = capabilities;

  /** @returns undefined where the same would be sent again */
  function withoutRefused(
    used: Capabilities,
    error: unknown,
    request: WireRequest,
  ): Capabilities | undefined {
    if (!isRefusal(error, errors)) return undefined;
    const next = withoutWhatIsRefused(used, complaintOf(error));
    const written = (how: Capabilities): string =>
      JSON.stringify(bodyOf(request, { model: asked.model, capabilities: how }));
    return next && written(next) !== written(used) ? next : undefined;
  }

  /** Has the SDK write a request, which leaves when it is told what ends it. */
  function write(request: WireRequest, progress: Progress) {
    const used = known;
    const { promise: leave, resolve: letGo } = Promise.withResolvers<AbortSignal>();
    const written = (): void => {
      progress.isUnsent = false;
    };
    const ask = async () => {
      const body = bodyOf(request, { model: asked.model, capabilities: used });
      return await post(body, { fetchOptions: { redirect: 'manual', written, leave } });
    };
    const answer = ask();
    // Thrown to whoever sends it; where nobody does, nothing depends on it.
    answer.catch(() => undefined);
    return { used, answer, letGo };
  }

  return {
    prepare(request) {
      const { progress = { isUnsent: false } } = request;
      let ready = write(request, progress);
      return {
        async send(signal) {
          // What was refused to somebody else meanwhile is left out.
          if (ready.used !== known) {
            ready.letGo(NEVER);
            ready = write(request, progress);
          }
          for (;;) {
            const { used, answer, letGo } = ready;
            try {
              progress.isUnsent = true;
              letGo(signal);
              const { data, response } = await answer;
              const reply = read(data);
              const restMs = exhaustedForMs(response.headers, clock.now());
              if (reply) return restMs === undefined ? reply : { ...reply, exhaustedForMs: restMs };
            } catch (error) {
              if (signal.aborted) throw signal.reason;
              const next = withoutRefused(used, error, request);
              const failure = classifyFailure(error, { asked, errors, now: clock.now() });
              if (!failure) throw error;
              if (!next) throw failure;
              // Others may have learnt it too.
              if (known === used) known = next;
              // Where it does not say that no work was done it may be billed: the next request is a try of its own, with money of its own.
              if (!readRefusal(error).isUnread) throw atOnce(failure);
              ready = write(request, progress);
              continue;
            }
            throw new ProviderFailure(
              `${asked.name}: what came back is no reply of a model`,
              { kind: 'garbled', retry: true, bill: 'unknown', isOutage: true },
              { cause: undefined },
            );
          }
        },
        drop: () => ready.letGo(NEVER),
      };
    },
  };
}

/** Says the shape in words, for a model that no schema holds to it. */
export function remindOfShape(content: string): string {
  return `${content}\n${SHAPE_REMINDER}`;
}

function isRefusal(error: unknown, { status }: SdkErrors): error is StatusError {
  return (
    error instanceof status &&
    (error.status === 400 || error.status === 422) &&
    !readRefusal(error).isAfterWork
  );
}

function complaintOf({ param, message }: StatusError): string {
  return `${typeof param === 'string' ? param : ''} ${message}`;
}
