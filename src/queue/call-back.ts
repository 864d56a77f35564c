import { createHmac } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../clock.ts';
import { createLookUp, type Resolve } from './look-up.ts';
import type { MayReach } from './public-address.ts';

/** What came of a call. */
interface Called {
  /** Absent: it was taken. Names no address, which may be a secret. */
  readonly problem?: string;
  /** It would be the same the next time. */
  readonly isLasting?: boolean;
}

/** POSTs a JSON object. Never rejects but for the signal. */
export type CallBack = (
  url: string,
  { body, signal }: { readonly body: string; readonly signal: AbortSignal },
) => Promise<Called>;

const resolveBySystem = createLookUp();

const NOT_LISTED = 'its host is not in queue.callback.hosts';
const REFUSED = 'it is at an address that may not be called; see queue.callback.private_networks';
/** Bytes of the head of an answer; of its body nothing is read. */
const MOST_HEAD_BYTES = 16_384;

/**
 * What is sent says in `x-llm-intent-timestamp` when (seconds since the epoch), and in `x-llm-intent-signature` that it is
 * from here: `v1=` and the HMAC-SHA256 of timestamp, a full stop and body, in hexadecimal digits.
 *
 * A name is looked up for each call, none of its addresses is connected to that may not be reached, and nothing is sent before the
 * address at the other end was seen: what a name pointed to earlier counts for nothing. Redirects are not followed.
 *
 * @param secret both sides know it
 * @param mayCall whether a host may be called by its name, which may be another than when it was asked for
 * @param timeoutMs of each call, from the look-up to the head of the answer
 */
export function createCallBack({
  secret,
  timeoutMs,
  mayCall,
  mayReach,
  resolve = resolveBySystem,
  clock,
}: {
  readonly secret: string;
  readonly timeoutMs: number;
  readonly mayCall: (host: string) => boolean;
  readonly mayReach: MayReach;
  readonly resolve?: Resolve;
  readonly clock: Pick<Clock, 'now'>;
}): CallBack {
  const lookup = guardedLookup({ resolve, mayReach });

  return (url, { body, signal }) =>
    new Promise((told, reject) => {
      const address = new URL(url);
      const host = hostOf(url);
      const problem = mayCall(host) ? isIP(host) !== 0 && !mayReach(host) && REFUSED : NOT_LISTED;
      if (problem) {
        told({ problem, isLasting: true });
        return;
      }
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
      const isSecure = address.protocol === 'https:';
      const limit = AbortSignal.timeout(timeoutMs);
      const call = (isSecure ? requestHttps : requestHttp)(address, {
        method: 'POST',
        // One of its own for each, so that nothing goes over a connection whose address was checked for another name.
        agent: false,
        lookup,
        maxHeaderSize: MOST_HEAD_BYTES,
        signal: AbortSignal.any([signal, limit]),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'llm-intent',
          'x-llm-intent-timestamp': timestamp,
          'x-llm-intent-signature': `v1=${signature}`,
        },
      });
      call.once('socket', (socket) => {
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          if (mayReach(socket.remoteAddress ?? '')) call.end(body);
          else call.destroy(new RefusedAddress(REFUSED));
        });
      });
      call.once('response', (response) => {
        const { statusCode: status = 0 } = response;
        response.on('error', () => undefined).destroy();
        told(judge(status));
      });
      call.once('close', () => told({ problem: 'it closed the connection' }));
      call.on('error', (error: NodeJS.ErrnoException) => {
        if (signal.aborted) reject(signal.reason);
        else if (limit.aborted) told({ problem: `no answer within ${timeoutMs} ms` });
        else if (error instanceof RefusedAddress) told({ problem: REFUSED, isLasting: true });
        else told({ problem: error.code ?? error.name });
      });
    });
}

/** What is wrong with calling there, as far as that shows beforehand: it is looked at again for each call. */
export async function problemOfAddress(
  url: string,
  {
    mayReach,
    resolve = resolveBySystem,
    timeoutMs,
  }: { readonly mayReach: MayReach; readonly resolve?: Resolve; readonly timeoutMs: number },
): Promise<string | undefined> {
  const host = hostOf(url);
  if (isIP(host) !== 0) return mayReach(host) ? undefined : NOT_CALLED;
  const addresses = await new Promise<readonly LookupAddress[]>((found) => {
    const timer = setTimeout(() => found([]), timeoutMs);
    resolve(host, (_, all) => {
      clearTimeout(timer);
      found(all);
    });
  });
  return addresses.some(({ address }) => mayReach(address)) ? undefined : NOT_CALLED;
}

/** The same for a name that is not known and one that leads inside: nobody learns here what is there. */
const NOT_CALLED =
  'expected an address that is reached from outside, or lies in one of queue.callback.private_networks';

class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

/** Leaves out what may not be reached, so that no connection to it is even tried. */
function guardedLookup({ resolve, mayReach }: { resolve: Resolve; mayReach: MayReach }): LookupFunction {
  return (name, options, told) => {
    resolve(name, (error, all) => {
      const [first, ...others] = all.filter(({ address }) => mayReach(address));
      if (error || !first) told(error ?? new RefusedAddress(REFUSED), '', 4);
      else if (options.all) told(null, [first, ...others]);
      else told(null, first.address, first.family);
    });
  };
}

function judge(status: number): Called {
  if (status >= 200 && status < 300) return {};
  return { problem: `it answered ${status}`, isLasting: status < 500 && status !== 429 && status !== 408 };
}

/** The name or address that a call goes to: without the port, and without the brackets of IPv6. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
