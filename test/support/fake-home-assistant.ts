import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { effectsOf } from './fake-home-assistant-services.ts';

export const TOKEN = 'a-long-lived-access-token';

export interface FakeState {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What Home Assistant's registries hold, as its `…/list` commands tell it. */
export interface FakeRegistries {
  floors: Record<string, unknown>[];
  areas: Record<string, unknown>[];
  devices: Record<string, unknown>[];
  labels: Record<string, unknown>[];
  /** As `get_entries` tells them, with aliases. */
  entities: Record<string, unknown>[];
  /** Whether conversation may use it, by entity. */
  exposed: Record<string, boolean>;
}

/** A call of `call_service`, as it came. */
export interface FakeCall {
  readonly action: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, unknown>>;
  readonly wantsResponse: boolean;
}

/** What a test has the fake do with a call instead of what it was asked for. */
type Misbehaviour =
  /** It is refused with this error. */
  | { readonly refuse: { readonly code: string; readonly message: string } }
  /** It is done, and told so late. */
  | { readonly delayMs: number }
  /** It is done, and the connection breaks before that is told. */
  | 'break after'
  /** It is done, and never told. */
  | 'silence';

export interface FakeHomeAssistant {
  /** `http://127.0.0.1:8123` */
  readonly url: string;
  readonly registries: FakeRegistries;
  /** Calls that were done, in order. Those refused are not among them. */
  readonly calls: readonly FakeCall[];
  state(entityId: string): FakeState | undefined;
  /** Sets a state, and tells those who subscribed. @param state undefined: it is gone */
  set(entityId: string, state: string | undefined, attributes?: Record<string, unknown>): void;
  /** Decides for each call that comes; undefined: as usual. */
  misbehave(decide: (call: FakeCall) => Misbehaviour | undefined): void;
  /** What `return_response` gives for an action. */
  respond(action: string, response: unknown): void;
  /** Tells that a registry changed: `area_registry_updated`. */
  fire(eventType: string, data?: Record<string, unknown>): void;
  /** How many clients are past the authentication. */
  clients(): number;
  /** How many connections there have ever been. */
  connections(): number;
  /** Stops taking part: connections break, and new ones are refused. */
  stop(): Promise<void>;
  /** Comes back at the same address, with the states it had. */
  start(): Promise<void>;
  /** Another token is good from now on, for connections to come. */
  changeToken(token: string): void;
  /** Does not answer what comes from now on, pings among it, and takes connections all the same. */
  freeze(isFrozen: boolean): void;
}

type Message = Readonly<Record<string, unknown>>;

const VERSION = '2026.11.1';
/** Commands for administrators only, as in the real one. */
const FOR_ADMINISTRATORS = new Set(['homeassistant/expose_entity/list']);

/**
 * A Home Assistant that speaks the documented messages of its WebSocket API over a real connection: authentication,
 * an id for each command that has to grow, results and errors by code, events, coalesced messages, pings, registries,
 * states, and actions that change states.
 *
 * @param isAdministrator whether the token's user is one
 */
export async function startFakeHomeAssistant({
  registries: given = {},
  states: first = {},
  isAdministrator = true,
}: {
  registries?: Partial<FakeRegistries>;
  states?: Record<string, string | FakeState>;
  isAdministrator?: boolean;
} = {}): Promise<FakeHomeAssistant> {
  const registries: FakeRegistries = {
    floors: [],
    areas: [],
    devices: [],
    labels: [],
    entities: [],
    exposed: {},
    ...given,
  };
  const states = new Map<string, FakeState>();
  for (const [id, state] of Object.entries(first)) {
    states.set(id, typeof state === 'string' ? { state, attributes: {} } : state);
  }
  const calls: FakeCall[] = [];
  const responses = new Map<string, unknown>();
  const sessions = new Set<Session>();
  let decide: (call: FakeCall) => Misbehaviour | undefined = () => undefined;
  let token = TOKEN;
  let frozen = false;
  let connections = 0;
  let port = 0;
  let running: { stop(): Promise<void> } | undefined;

  function set(entityId: string, state: string | undefined, attributes?: Record<string, unknown>): void {
    const before = states.get(entityId);
    if (state === undefined) states.delete(entityId);
    else states.set(entityId, { state, attributes: { ...before?.attributes, ...attributes } });
    for (const session of sessions) session.changed(entityId, before);
  }

  const context = { id: '01J0', parent_id: null, user_id: null };
  const asState = (id: string) => ({
    entity_id: id,
    ...states.get(id),
    last_changed: '2026-11-21T12:00:00.000+00:00',
    last_updated: '2026-11-21T12:00:00.000+00:00',
    context,
  });
  const compressed = ({ state, attributes }: FakeState) => ({
    s: state,
    a: attributes,
    c: '01J0',
    lc: 1763726400,
  });

  interface Session {
    changed(entityId: string, before: FakeState | undefined): void;
    event(eventType: string, data: Message): void;
    readonly isIn: () => boolean;
    end(): void;
  }

  function serve(socket: WebSocket): Session {
    let isIn = false;
    let coalesces = false;
    let lastId = 0;
    const toEntities = new Set<number>();
    const toEvents = new Map<number, string | undefined>();
    let waiting: Message[] = [];

    function send(message: Message): void {
      if (frozen) return;
      if (!coalesces) {
        socket.send(JSON.stringify(message));
        return;
      }
      // Everything of one turn goes out together, alone where it is alone.
      if (waiting.length === 0) {
        setImmediate(() => {
          const [only] = waiting;
          socket.send(JSON.stringify(waiting.length === 1 ? only : waiting));
          waiting = [];
        });
      }
      waiting.push(message);
    }
    const result = (id: number, value: unknown): void =>
      send({ id, type: 'result', success: true, result: value });
    const fail = (id: number, code: string, message: string): void =>
      send({ id, type: 'result', success: false, error: { code, message } });

    function authenticate(message: Message): void {
      if (message['type'] !== 'auth' || message['access_token'] !== token) {
        send({ type: 'auth_invalid', message: 'Invalid access token or password' });
        socket.close();
        return;
      }
      isIn = true;
      send({ type: 'auth_ok', ha_version: VERSION });
    }

    function callService(id: number, message: Message): void {
      const {
        domain,
        service,
        service_data: data = {},
        target = {},
        return_response: wants = false,
      } = message;
      const call: FakeCall = {
        action: `${domain}.${service}`,
        data: data as FakeCall['data'],
        target: target as FakeCall['target'],
        wantsResponse: wants === true,
      };
      const instead = decide(call);
      if (typeof instead === 'object' && 'refuse' in instead) {
        fail(id, instead.refuse.code, instead.refuse.message);
        return;
      }
      const effects = effectsOf(call, states);
      if ('error' in effects) {
        fail(id, effects.error.code, effects.error.message);
        return;
      }
      if (call.wantsResponse !== responses.has(call.action)) {
        const what = call.wantsResponse ? 'does not return' : 'requires';
        fail(id, 'service_validation_error', `Action ${call.action} ${what} responses`);
        return;
      }
      calls.push(call);
      for (const [entityId, { state, attributes }] of effects.states) set(entityId, state, { ...attributes });
      if (instead === 'silence') return;
      if (instead === 'break after') {
        socket.terminate();
        return;
      }
      const done = { context, response: responses.get(call.action) ?? null };
      if (instead) setTimeout(() => result(id, done), instead.delayMs).unref();
      else result(id, done);
    }

    const commands: Readonly<Record<string, (id: number, message: Message) => void>> = {
      supported_features(id, message) {
        const features = message['features'] as Record<string, number>;
        coalesces = features['coalesce_messages'] === 1;
        result(id, null);
      },
      ping: (id) => send({ id, type: 'pong' }),
      get_states: (id) => result(id, [...states.keys()].map(asState)),
      get_config: (id) => result(id, { version: VERSION, state: 'RUNNING', time_zone: 'Europe/Warsaw' }),
      call_service: callService,
      subscribe_entities(id) {
        toEntities.add(id);
        result(id, null);
        const all = [...states].map(([entityId, state]) => [entityId, compressed(state)]);
        send({ id, type: 'event', event: { a: Object.fromEntries(all) } });
      },
      subscribe_events(id, message) {
        toEvents.set(id, message['event_type'] as string | undefined);
        result(id, null);
      },
      unsubscribe_events(id, message) {
        const subscription = message['subscription'] as number;
        if (toEntities.delete(subscription) || toEvents.delete(subscription)) result(id, null);
        else fail(id, 'not_found', 'Subscription not found.');
      },
      'config/floor_registry/list': (id) => result(id, registries.floors),
      'config/area_registry/list': (id) => result(id, registries.areas),
      'config/device_registry/list': (id) => result(id, registries.devices),
      'config/label_registry/list': (id) => result(id, registries.labels),
      // Aliases are told by `get_entries` alone.
      'config/entity_registry/list': (id) =>
        result(
          id,
          registries.entities.map(({ aliases: _aliases, ...entry }) => entry),
        ),
      'config/entity_registry/get_entries'(id, message) {
        const known = new Map(registries.entities.map((entry) => [entry['entity_id'], entry]));
        const asked = message['entity_ids'] as string[];
        result(id, Object.fromEntries(asked.map((one) => [one, known.get(one) ?? null])));
      },
      'homeassistant/expose_entity/list'(id) {
        const exposed = Object.entries(registries.exposed).map(([one, is]) => [one, { conversation: is }]);
        result(id, { exposed_entities: Object.fromEntries(exposed) });
      },
    };

    function command(id: number, message: Message): void {
      const type = String(message['type']);
      const run = Object.hasOwn(commands, type) ? commands[type] : undefined;
      if (!run) fail(id, 'unknown_command', 'Unknown command.');
      else if (FOR_ADMINISTRATORS.has(type) && !isAdministrator) fail(id, 'unauthorized', 'Unauthorized');
      else run(id, message);
    }

    socket.on('message', (bytes) => {
      if (frozen) return;
      let message: Message;
      try {
        message = JSON.parse(String(bytes)) as Message;
      } catch {
        socket.close();
        return;
      }
      if (!isIn) {
        authenticate(message);
        return;
      }
      const { id } = message;
      if (!Number.isInteger(id) || typeof message['type'] !== 'string') {
        fail(0, 'invalid_format', 'Message incorrectly formatted.');
        return;
      }
      if ((id as number) <= lastId) {
        fail(id as number, 'id_reuse', 'Identifier values have to increase.');
        return;
      }
      lastId = id as number;
      command(lastId, message);
    });
    send({ type: 'auth_required', ha_version: VERSION });

    return {
      isIn: () => isIn,
      changed(entityId, before) {
        const now = states.get(entityId);
        for (const id of toEntities) {
          let event: Message;
          if (!now) event = { r: [entityId] };
          else if (!before) event = { a: { [entityId]: compressed(now) } };
          else event = { c: { [entityId]: { '+': compressed(now) } } };
          send({ id, type: 'event', event });
        }
        this.event('state_changed', {
          entity_id: entityId,
          old_state: before ? { entity_id: entityId, ...before } : null,
          new_state: now ? asState(entityId) : null,
        });
      },
      event(eventType, data) {
        const event = {
          event_type: eventType,
          data,
          origin: 'LOCAL',
          time_fired: '2026-11-21T12:00:00+00:00',
          context,
        };
        for (const [id, wanted] of toEvents) {
          if (wanted === undefined || wanted === eventType) send({ id, type: 'event', event });
        }
      },
      end: () => socket.terminate(),
    };
  }

  async function start(): Promise<void> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const open = new Set<Socket>();
    server.on('connection', (socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    });
    const sockets = new WebSocketServer({ server, path: '/api/websocket' });
    sockets.on('connection', (socket) => {
      connections += 1;
      const session = serve(socket);
      sessions.add(session);
      socket.on('close', () => sessions.delete(session));
      socket.on('error', () => undefined);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    running = {
      async stop() {
        for (const session of sessions) session.end();
        sockets.close();
        for (const socket of open) socket.destroy();
        server.close();
        await once(server, 'close');
      },
    };
  }

  async function stop(): Promise<void> {
    const ending = running;
    running = undefined;
    await ending?.stop();
  }

  await start();
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${port}`,
    registries,
    calls,
    set,
    start,
    stop,
    state: (entityId) => states.get(entityId),
    misbehave: (how) => {
      decide = how;
    },
    respond: (action, response) => {
      responses.set(action, response);
    },
    fire: (eventType, data = {}) => {
      for (const session of sessions) session.event(eventType, data);
    },
    clients: () => [...sessions].filter(({ isIn }) => isIn()).length,
    connections: () => connections,
    changeToken: (other) => {
      token = other;
    },
    freeze: (isFrozen) => {
      frozen = isFrozen;
    },
  };
}
