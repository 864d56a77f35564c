import { Agent, type Dispatcher, fetch } from 'undici';

/** As `fetch` and the SDKs take it. */
export type RequestDispatcher = NonNullable<RequestInit['dispatcher']>;

/** How the wires of one provider reach it. */
export interface Connections {
  /** Of the same package as the dispatchers: those of another version may not fit. */
  readonly fetch: typeof globalThis.fetch;
  /** For one request. @param written called when its first byte is about to go out */
  dispatcher(written: () => void): RequestDispatcher;
  /** Closes those that nobody uses, and the others as soon as their answers have come. */
  close(): Promise<void>;
}

/** Calls at home are minutes apart, and a new connection takes as long as half an answer. Routers forget one that is older. */
const KEPT_MS = 5 * 60_000;

/** @param connectMs how long a connection may take: less than a try, so that nobody pays for what was never sent */
export function createConnections({ connectMs }: { readonly connectMs: number }): Connections {
  const agent = new Agent({
    connect: { timeout: connectMs },
    keepAliveTimeout: KEPT_MS,
    keepAliveMaxTimeout: KEPT_MS,
  });
  return {
    fetch: fetch as unknown as typeof globalThis.fetch,
    close: () => agent.close(),
    dispatcher(written) {
      const dispatch: Agent['dispatch'] = (options, handler) =>
        agent.dispatch(options, told(handler, written));
      // Of a whole dispatcher, a fetch calls no more.
      return { dispatch } as unknown as RequestDispatcher;
    },
  };
}

/** A request waits in a queue until it has a connection; its handler hears of one just before it is written there. */
function told(handler: Dispatcher.DispatchHandler, written: () => void): Dispatcher.DispatchHandler {
  return new Proxy(handler, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      const isStart = name === 'onConnect' || name === 'onRequestStart';
      return (...given: unknown[]) => {
        if (isStart) written();
        return Reflect.apply(method, target, given);
      };
    },
  });
}
