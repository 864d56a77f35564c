import { type FailureTraits, ProviderFailure } from './provider-failure.ts';
import { exhaustedForMs, retryAfterMs } from './rate-headers.ts';
import { type Refusal, readRefusal } from './refusal.ts';

/** Who is asked, as an operator knows them. */
export interface Asked {
  /** The provider, and which of its keys or addresses, where it has several: `openai, key 2 of 3`. */
  readonly name: string;
  readonly model: string;
  /** The variable that holds the keys: `OPENAI_API_KEY`. */
  readonly keyVariable: string;
  /** The variable that holds the address. */
  readonly addressVariable: string;
  /** It may refuse a model because we let it cost no more. */
  readonly hasPriceLimit?: boolean;
}

/** An SDK's error for a status, and what of it is read here. */
export interface StatusError extends Error {
  readonly status?: unknown;
  readonly headers?: unknown;
  /** The field it is about, where it says so. */
  readonly param?: unknown;
}

type ErrorClass<Thrown extends Error> = abstract new (...given: never[]) => Thrown;

/** What an SDK throws. The SDKs of OpenAI and Anthropic come from one generator: alike, but for the classes. */
export interface SdkErrors {
  readonly connection: ErrorClass<Error>;
  readonly status: ErrorClass<StatusError>;
  /** Whatever else it throws itself. */
  readonly any: ErrorClass<Error>;
}

/** No byte of the request went out: nobody has heard it, and nobody bills it. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** An answer came, of which nobody can tell what it says. */
const UNREADABLE: ReadonlySet<string> = new Set(['UNREADABLE_ANSWER', 'UND_ERR_RES_EXCEEDED_MAX_SIZE']);
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/**
 * Classifies what an SDK throws. A try that was ended by its signal never comes here.
 *
 * @returns undefined for what no provider can be blamed for: a defect of ours
 */
export function classifyFailure(
  error: unknown,
  { asked, errors, now }: { readonly asked: Asked; readonly errors: SdkErrors; readonly now: number },
): ProviderFailure | undefined {
  const failure = (message: string, traits: FailureTraits): ProviderFailure =>
    new ProviderFailure(`${asked.name}: ${message}`, traits, { cause: error });

  if (error instanceof errors.connection) return connectionFailure(codeOf(error), asked, failure);
  if (error instanceof errors.status && typeof error.status === 'number') {
    const refusal = readRefusal(error);
    if (error.status === 402 || refusal.isOutOfCredit) return failure(...outOfCredit(error.status));
    const headers = headersOf(error);
    const restMs = retryAfterMs(headers, now) ?? exhaustedForMs(headers, now);
    const fail: Fail = (message, traits) =>
      failure(message, restMs === undefined ? traits : { ...traits, retryAfterMs: restMs });
    return error.status === 400 || error.status === 422 || (error.status < 500 && refusal.isAfterWork)
      ? requestRefused(error.status, refusal, { asked, fail })
      : statusFailure(error.status, asked, fail);
  }
  if (error instanceof SyntaxError || error instanceof errors.any) {
    return failure('what came back is not JSON', {
      kind: 'garbled',
      retry: true,
      bill: 'unknown',
      isOutage: true,
    });
  }
  return undefined;
}

/** OpenAI and Anthropic say so with a 429, which looks like a limit that is over in a moment. */
function outOfCredit(status: number): [string, FailureTraits] {
  const problem = `the account has no credit left (${status})`;
  const refused = { kind: 'rejected', retry: false, bill: 'free', isOutage: false } as const;
  return [problem, { ...refused, isStanding: true, problem }];
}

function headersOf({ headers }: StatusError): Headers {
  return headers instanceof Headers ? headers : new Headers();
}

type Fail = (message: string, traits: FailureTraits) => ProviderFailure;

function connectionFailure(code: string, { addressVariable }: Asked, fail: Fail): ProviderFailure {
  const down = { kind: 'unavailable', retry: true, isOutage: true } as const;
  if (UNTRUSTED.test(code)) {
    const problem = `its certificate is not trusted (${code}); check ${addressVariable}`;
    return fail(problem, { ...down, retry: false, bill: 'free', problem });
  }
  if (NEVER_SENT.has(code)) {
    const problem = `not reachable (${code}); check ${addressVariable} and the network`;
    return fail(problem, { ...down, bill: 'free', problem });
  }
  if (UNREADABLE.has(code)) {
    return fail(`what came back cannot be read (${code})`, { ...down, kind: 'garbled', bill: 'unknown' });
  }
  return fail(`the connection broke${code && ` (${code})`}`, { ...down, bill: 'unknown' });
}

/** It may be about these words alone, and who has read them may charge for it. */
function requestRefused(
  status: number,
  { isAfterWork, isUnread }: Refusal,
  { asked: { model }, fail }: { readonly asked: Asked; readonly fail: Fail },
): ProviderFailure {
  const traits: FailureTraits = {
    kind: 'rejected',
    retry: false,
    bill: isUnread ? 'free' : 'unknown',
    isOutage: false,
    isOfRequest: true,
  };
  if (isAfterWork) return fail(`did not like what it read or wrote (${status})`, traits);
  const problem = `refused the request (${status}); check that the model ${model} is one for chats`;
  return fail(problem, { ...traits, problem });
}

/** Before these a provider has done nothing that it could charge for. */
const NO_WORK: ReadonlySet<number> = new Set([405, 410, 413, 415]);

function statusFailure(
  status: number,
  { model, keyVariable, addressVariable, hasPriceLimit = false }: Asked,
  fail: Fail,
): ProviderFailure {
  const refused = { kind: 'rejected', retry: false, bill: 'free', isOutage: false } as const;
  const misconfigured = (problem: string): ProviderFailure =>
    fail(problem, { ...refused, isStanding: true, problem });
  switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return misconfigured(`is to be asked at another address (${status}); check ${addressVariable}`);
    case 401:
      return misconfigured(`refused the key (401); check ${keyVariable}`);
    case 403:
      return misconfigured(`the key may not use the model ${model} (403); check ${keyVariable}`);
    case 404:
      return misconfigured(
        hasPriceLimit
          ? `has no host for the model ${model} at its price (404); check LLM_PROVIDERS, or let it cost more in prices.yaml`
          : `knows no model ${model} at this address (404); check LLM_PROVIDERS and ${addressVariable}`,
      );
    case 408:
    case 409:
      return fail(`asked to try again (${status})`, {
        ...{ kind: 'unavailable', retry: true, bill: 'unknown', isOutage: false },
      });
    case 429:
      return fail('too many requests (429)', { ...refused, kind: 'rate_limited', retry: true });
    default:
      return status >= 500
        ? fail(`has trouble (${status})`, {
            kind: 'unavailable',
            retry: true,
            bill: 'unknown',
            isOutage: true,
          })
        : fail(`refused the request (${status})`, {
            ...refused,
            bill: NO_WORK.has(status) ? 'free' : 'unknown',
          });
  }
}

/** The system's or undici's code, from as deep in the causes as it is. */
function codeOf(error: unknown): string {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    const [first]: unknown[] = cause instanceof AggregateError ? cause.errors : [];
    if (first instanceof Error && 'code' in first && typeof first.code === 'string') return first.code;
  }
  return '';
}
