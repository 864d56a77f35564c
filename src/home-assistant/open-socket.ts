import { ERR_CANNOT_CONNECT, ERR_INVALID_AUTH, type HaWebSocket } from 'home-assistant-js-websocket';

/** Why a socket did not come about. */
export interface SocketFailure {
  readonly kind: 'unreachable' | 'token' | 'silent';
  readonly reason: string;
}

/**
 * Opens a socket to Home Assistant and gets past its authentication. The client library's own way of doing so waits for
 * ever where somebody takes the connection and says nothing.
 *
 * @param url Home Assistant's own address: `http://homeassistant.local:8123`
 * @param limitMs how long all of that may take, in milliseconds
 * @param failed told why, because the library knows numbers only
 * @throws the library's numbers: ERR_INVALID_AUTH, with which it gives up, or ERR_CANNOT_CONNECT, with which it tries again
 */
export function openSocket({
  url,
  token,
  limitMs,
  failed,
}: {
  url: string;
  token: string;
  limitMs: number;
  failed: (failure: SocketFailure) => void;
}): Promise<HaWebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/api/websocket`);
    const listening = new AbortController();
    const timer = setTimeout(
      () => fail({ kind: 'silent', reason: `no answer within ${limitMs} ms` }, ERR_CANNOT_CONNECT),
      limitMs,
    );

    function settle(): void {
      clearTimeout(timer);
      listening.abort();
    }
    function fail(failure: SocketFailure, code: number): void {
      settle();
      // Whoever listens to nothing hears nothing of its end, either.
      socket.addEventListener('error', () => undefined);
      socket.close();
      failed(failure);
      reject(code);
    }
    const unreachable = (event: Event): void => {
      const { message } = event as { message?: string };
      fail({ kind: 'unreachable', reason: message || 'the connection was closed' }, ERR_CANNOT_CONNECT);
    };

    const { signal } = listening;
    socket.addEventListener('error', unreachable, { signal });
    socket.addEventListener('close', unreachable, { signal });
    socket.addEventListener(
      'message',
      ({ data }) => {
        const message = parse(data);
        if (message?.type === 'auth_required') {
          socket.send(JSON.stringify({ type: 'auth', access_token: token }));
        } else if (message?.type === 'auth_invalid') {
          fail({ kind: 'token', reason: message.message ?? 'it is not valid' }, ERR_INVALID_AUTH);
        } else if (message?.type === 'auth_ok') {
          settle();
          socket.send(
            JSON.stringify({ id: 1, type: 'supported_features', features: { coalesce_messages: 1 } }),
          );
          resolve(Object.assign(socket, { haVersion: message.ha_version ?? '' }));
        } else {
          fail(
            { kind: 'unreachable', reason: 'it does not speak as Home Assistant does' },
            ERR_CANNOT_CONNECT,
          );
        }
      },
      { signal },
    );
  });
}

interface AuthMessage {
  readonly type?: string;
  readonly message?: string;
  readonly ha_version?: string;
}

function parse(data: unknown): AuthMessage | undefined {
  try {
    return JSON.parse(String(data)) as AuthMessage;
  } catch {
    return undefined;
  }
}
