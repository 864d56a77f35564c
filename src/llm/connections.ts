import { Agent, type Dispatcher } from 'undici';
import { unlessAborted } from '../waiting.ts';

/** What is asked of a request besides what an SDK makes of it. */
export interface FetchOptions {
  /** None is followed. */
  readonly redirect: 'manual';
  /** Called when its first byte is about to go out. */
  readonly written: () => void;
  /**
   * Nothing leaves before this resolves, to what ends it. That signal is not handed to the SDK: it would compose it with one of its
   * own, and what hangs on such a one lives until the next great collection of garbage.
   */
  readonly leave: Promise<AbortSignal>;
}

/** How the wires of one provider reach it. */
export interface Connections {
  /**
   * As the SDKs call it. Resolves when the whole answer is there, which is short and is read by `text` or `json` only, and follows no
   * redirect: a key is for one address. Of `init` it takes what they give: method, headers, a body in memory, and `FetchOptions`; not their
   * signal, which only their own timers would abort.
   *
   * @throws undici's error where the connection breaks, or the answer is too long; UnreadableAnswer; the reason of the signal
   * when that is aborted first
   */
  readonly fetch: typeof globalThis.fetch;
  /** Closes those that nobody uses, and the others as soon as their answers have come. */
  close(): Promise<void>;
}

/** Calls at home are minutes apart, and a new connection takes as long as half an answer. Routers forget one that is older. */
const KEPT_MS = 5 * 60_000;
/** No reply that was asked for is longer than some thousand tokens. */
const MAX_REPLY_BYTES = 2 ** 20;
/** An answer came, and is not one that a wire can read. */
class UnreadableAnswer extends Error {
  readonly code = 'UNREADABLE_ANSWER';
}

const utf8 = new TextDecoder();

/** An answer that is here already: the platform's would make a stream of its body, to be read at once. */
class WholeAnswer extends Response {
  readonly #text: string;

  constructor(bytes: Uint8Array, how: ResponseInit) {
    super(null, how);
    this.#text = utf8.decode(bytes);
  }

  override text = async (): Promise<string> => this.#text;

  override json = async (): Promise<unknown> => JSON.parse(this.#text);
}

/** @param connectMs how long a connection may take: less than a try, so that nobody pays for what was never sent */
export function createConnections({ connectMs }: { readonly connectMs: number }): Connections {
  const agent = new Agent({
    connect: { timeout: connectMs },
    keepAliveTimeout: KEPT_MS,
    keepAliveMaxTimeout: KEPT_MS,
    // Every try has a signal, and that covers the answer's head and body.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_REPLY_BYTES,
  });
  return {
    fetch: async (url, init) => exchange(agent, new URL(String(url)), init ?? {}),
    close: () => agent.close(),
  };
}

/**
 * Not by the platform's fetch: it makes streams and signals for each request that live until the next great collection of
 * garbage, and of what asking a model adds to a call of the SDK it took a fifth.
 */
async function exchange(
  agent: Dispatcher,
  { origin, pathname, search }: URL,
  {
    method = 'GET',
    headers,
    body,
    written,
    leave,
  }: RequestInit & Partial<Pick<FetchOptions, 'written' | 'leave'>>,
): Promise<Response> {
  const request: Dispatcher.DispatchOptions = {
    ...{ origin, path: `${pathname}${search}` },
    method: method as Dispatcher.HttpMethod,
    headers: requestLines(headers),
    body: typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array | null),
  };
  const signal = await leave;
  signal?.throwIfAborted();
  let controller: Dispatcher.DispatchController | undefined;
  const answered = new Promise<Response>((resolve, reject) => {
    let status = 0;
    let lines: ReturnType<typeof answerLines> = [];
    const chunks: Buffer[] = [];
    agent.dispatch(request, {
      onRequestStart(started) {
        // Thrown, it ends this request alone; aborted, it would end the connection as well, which nobody has used yet.
        signal?.throwIfAborted();
        controller = started;
        written?.();
      },
      onResponseStart(started, code, found) {
        const problem = whatIsUnreadable(code, found['content-encoding']);
        if (problem) started.abort(new UnreadableAnswer(problem));
        status = code;
        // Of the last one that comes: hints may be sent ahead of an answer.
        lines = answerLines(found);
      },
      onResponseData(_, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        resolve(new WholeAnswer(Buffer.concat(chunks), { status, headers: lines }));
      },
      onResponseError: (_, error) => reject(error),
    });
  });
  if (!signal) return answered;
  return unlessAborted(answered, signal).catch((error: unknown) => {
    if (signal.aborted) controller?.abort(signal.reason);
    throw error;
  });
}

/** Names and values in turn. */
function requestLines(headers: RequestInit['headers']): string[] {
  const lines: string[] = [];
  // The SDKs make such a list themselves.
  const given = headers instanceof Headers ? headers : new Headers(headers);
  for (const [name, value] of given) lines.push(name, value);
  // Not asked for any coding, a server may choose one.
  lines.push('accept-encoding', 'identity');
  return lines;
}

function answerLines(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const lines: [name: string, value: string][] = [];
  for (const [name, values = []] of Object.entries(headers)) {
    for (const value of typeof values === 'string' ? [values] : values) lines.push([name, value]);
  }
  return lines;
}

function whatIsUnreadable(status: number, coding: string | string[] | undefined): string | undefined {
  if (status > 599) return `${status} is no status`;
  const isCoded = coding !== undefined && [coding].flat().join() !== 'identity';
  return isCoded ? `it is coded as ${[coding].flat().join(', ')}, which was not asked for` : undefined;
}
