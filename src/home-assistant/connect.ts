import {
  type Connection,
  createConnection,
  ERR_CONNECTION_LOST,
  ERR_INVALID_AUTH,
  type HassEntities,
  type HassEntity,
  type MessageBase,
  subscribeEntities,
} from 'home-assistant-js-websocket';
import { sleep, unlessAborted } from '../waiting.ts';
import { HomeAssistantError } from './failure.ts';
import { openSocket, type SocketFailure } from './open-socket.ts';

/** What something is like: `on`, with its attributes. */
export type EntityState = Pick<HassEntity, 'state' | 'attributes'>;

export type EntityStates = Readonly<Record<string, EntityState>>;

/** An action as Home Assistant is asked for it. */
interface ServiceCall {
  /** `light.turn_on` */
  readonly action: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly entityIds?: readonly string[];
}

export interface HomeAssistant {
  /** What everything is like now; undefined while that is not known, because there is no connection. */
  states(): EntityStates | undefined;
  /** Waits until it is connected and the states are known. @throws the signal's reason; HomeAssistantError, `token` */
  ready(signal: AbortSignal): Promise<void>;
  /**
   * Has something done.
   *
   * @returns what the action answers with, where that is asked for
   * @throws HomeAssistantError
   */
  call(call: ServiceCall, options?: { readonly wantsResponse?: boolean }): Promise<unknown>;
  /** Asks by any other message of the API: `config/area_registry/list`. @throws HomeAssistantError */
  ask<Answer>(message: MessageBase): Promise<Answer>;
  /** Hears of events of a type, after a lost connection again. @throws HomeAssistantError */
  listen(eventType: string, heard: () => void): Promise<void>;
  /** Resolves when going on is in vain: the token is not accepted (any more). */
  readonly givenUp: Promise<HomeAssistantError>;
  close(): void;
}

export interface HomeAssistantEvents {
  /** Told once each time, however often it is tried. */
  readonly lost: (reason: string) => void;
  readonly ready: (version: string) => void;
}

/** Milliseconds between two tries to get the first connection. */
const RETRY_MS = 1000;
/** Milliseconds between two questions whether the other end still lives. */
const PING_MS = 15_000;

/**
 * Connects to Home Assistant and stays connected, however often that is lost; the first connection may be long in coming.
 *
 * @param url `http://homeassistant.local:8123`
 * @param timeoutMs how long an answer may take, in milliseconds
 * @param isPatient false: the first try has to succeed
 */
export function connectHomeAssistant({
  url,
  token,
  timeoutMs,
  isPatient = true,
  events,
}: {
  url: string;
  token: string;
  timeoutMs: number;
  isPatient?: boolean;
  events: HomeAssistantEvents;
}): HomeAssistant {
  const closing = new AbortController();
  const givenUp = Promise.withResolvers<HomeAssistantError>();
  let gone: HomeAssistantError | undefined;
  let connection: Connection | undefined;
  let states: HassEntities | undefined;
  let isLost = false;
  let lastFailure: SocketFailure | undefined;
  let waiting: (() => void)[] = [];

  function lost(reason: string): void {
    states = undefined;
    if (!isLost) events.lost(reason);
    isLost = true;
  }

  function giveUp(error: HomeAssistantError): void {
    gone ??= error;
    givenUp.resolve(gone);
    wake();
  }

  function wake(): void {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  }

  async function connect(): Promise<void> {
    for (;;) {
      try {
        connection = await createConnection({
          createSocket: () =>
            openSocket({
              ...{ url, token, limitMs: timeoutMs },
              failed: (failure) => {
                lastFailure = failure;
                lost(`${failure.kind}: ${failure.reason}`);
              },
            }),
        });
        break;
      } catch (error) {
        const failure = describe(url, lastFailure);
        if (error === ERR_INVALID_AUTH || !isPatient) {
          giveUp(failure);
          return;
        }
        await sleep(RETRY_MS, closing.signal);
      }
    }
    if (closing.signal.aborted) {
      connection.close();
      return;
    }
    const { haVersion } = connection;
    connection.addEventListener('disconnected', () => lost('the connection was closed'));
    connection.addEventListener('reconnect-error', () => giveUp(describe(url, lastFailure)));
    subscribeEntities(connection, (entities) => {
      const isNews = states === undefined;
      states = entities;
      if (!isNews) return;
      isLost = false;
      events.ready(connection?.haVersion ?? haVersion);
      wake();
    });
    await keepAlive(connection);
  }

  /** A peer that is gone without a word leaves a connection behind that looks alive. */
  async function keepAlive(living: Connection): Promise<void> {
    for (;;) {
      await sleep(PING_MS, closing.signal);
      if (!living.connected) continue;
      try {
        await inTime(living.ping());
      } catch (error) {
        closing.signal.throwIfAborted();
        if (error instanceof HomeAssistantError) living.reconnect(true);
      }
    }
  }

  /** @throws HomeAssistantError */
  async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      return await unlessAborted(answer, AbortSignal.any([limit, closing.signal]));
    } catch (error) {
      throw explain(error, { isLate: limit.aborted, timeoutMs });
    }
  }

  function send<Answer>(message: MessageBase): Promise<Answer> {
    if (gone) return Promise.reject(gone);
    if (!connection?.connected) {
      return Promise.reject(new HomeAssistantError('Home Assistant is not connected', { trouble: 'unsent' }));
    }
    return inTime(connection.sendMessagePromise<Answer>(message));
  }

  // Ended by `close`, which nobody needs to hear of.
  connect().catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });

  return {
    givenUp: givenUp.promise,
    states: () => states,
    async ready(signal) {
      while (states === undefined && gone === undefined) {
        const woken = Promise.withResolvers<void>();
        waiting.push(woken.resolve);
        await unlessAborted(woken.promise, signal);
      }
      if (gone) throw gone;
    },
    async call({ action, data, entityIds }, { wantsResponse = false } = {}) {
      const [domain, service] = action.split('.');
      const { response } = await send<{ response?: unknown }>({
        ...{ type: 'call_service', domain, service },
        ...(data && { service_data: data }),
        ...(entityIds && { target: { entity_id: entityIds } }),
        ...(wantsResponse && { return_response: true }),
      });
      return response;
    },
    ask: send,
    async listen(eventType, heard) {
      if (!connection) throw new HomeAssistantError('Home Assistant is not connected', { trouble: 'unsent' });
      await inTime(connection.subscribeEvents(heard, eventType));
    },
    close() {
      closing.abort(new Error('the connection to Home Assistant was closed'));
      connection?.close();
    },
  };
}

function explain(
  error: unknown,
  { isLate, timeoutMs }: { isLate: boolean; timeoutMs: number },
): HomeAssistantError {
  if (isLate) {
    const message = `Home Assistant did not answer within ${timeoutMs} ms`;
    return new HomeAssistantError(message, { trouble: 'unknown', cause: error });
  }
  // Thrown before anything was sent.
  if (error === ERR_CONNECTION_LOST) {
    return new HomeAssistantError('Home Assistant is not connected', { trouble: 'unsent' });
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') {
    const text = `Home Assistant refused it (${code}): ${String(message)}`;
    return new HomeAssistantError(text, { trouble: 'refused', code });
  }
  const reason = 'the connection to Home Assistant broke before it answered';
  return new HomeAssistantError(reason, { trouble: 'unknown', cause: error });
}

function describe(url: string, failure: SocketFailure | undefined): HomeAssistantError {
  if (failure?.kind === 'token') {
    const remedy = 'make a long-lived access token in your profile there, under Security, and set HA_TOKEN';
    return new HomeAssistantError(`Home Assistant at ${url} does not accept the token: ${remedy}`, {
      trouble: 'token',
    });
  }
  const reason = failure?.reason ?? 'no answer';
  return new HomeAssistantError(
    `cannot reach Home Assistant at ${url} (${reason}): is it running, and is HA_URL right?`,
    { trouble: 'unsent' },
  );
}
