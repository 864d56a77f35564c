import type { Ledger } from '../budget/ledger.ts';
import type { Clock } from '../clock.ts';
import { isOrigin } from '../intent/budget-scope.ts';
import type { Mode } from '../intent/mode.ts';
import { NANO_DOLLARS_A_DOLLAR, type NanoDollars } from '../intent/money.ts';
import type { ProviderStatus } from '../llm/provider-status.ts';
import type { ModeState } from '../mode/mode-state.ts';

/** What `/health` tells. */
export interface HealthReport {
  /**
   * `degraded`: works, though not as it should: a connection is lost and may be back before anybody misses it, the
   * service chose a cheaper mode by itself, or it is stopping. `unhealthy`: answers nothing on a stream, because the start is not done, because Redis
   * did not answer for longer than the lease, or because it refuses something or sessions fail.
   */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly service: 'llm-intent';
  readonly version: string;
  /** What of the configuration takes effect while the service runs: replicas with the same files tell the same. Empty where nobody looks. */
  readonly config_version: string;
  /** `disconnected` also where the connection stands and nothing is answered over it. */
  readonly redis: 'connected' | 'disconnected';
  /** Who may answer: `rules-only` where no model is asked. */
  readonly mode: Mode;
  /** Why, for a person; empty where all may be asked and nobody said so. */
  readonly mode_reason: string;
  /** By `provider:model`, in the order in which they are asked. A provider that is out makes the service `degraded`. */
  readonly providers: Readonly<
    Record<string, { readonly model: string; readonly state: string; readonly problem?: string }>
  >;
  /** Amounts in US dollars; null where no budget is kept. */
  readonly budget: {
    readonly state: string;
    readonly windows: readonly {
      readonly scope: string;
      readonly window: string;
      readonly limit: number;
      readonly spent: number;
      readonly reserved: number;
      readonly left: number;
      readonly resets_at: string;
    }[];
  } | null;
  /** By input stream, whether this replica works on it or stands by. */
  readonly streams: Readonly<Record<string, 'owner' | 'standby'>>;
  /** What goes wrong at the moment, by stream and operation: `voice:transcribed: publish`. */
  readonly troubles: Readonly<Record<string, string>>;
}

/** What stands beside the rules, as far as health is concerned. */
interface ModelHealth {
  providers(): readonly ProviderStatus[];
  budget(): ReturnType<Ledger['show']>;
}

/** Collects the state of the parts. */
export interface Health {
  /** From now on these models are asked; undefined: none. */
  models(models: ModelHealth | undefined): void;
  /** From now on this configuration runs. */
  configured(version: string): void;
  /** From now on it is known which mode holds. */
  mode(current: () => ModeState): void;
  /** Something can be done without for now: the cache, the memory of the talk. */
  degraded(part: string, operation: string, message: string): void;
  mended(part: string, operation: string): void;
  started(): void;
  /** The stop has begun: what is in work is finished, and nothing new is to be sent here. */
  stopping(): void;
  /** @param stream of a connection that only its owner needs: lost or closed, it counts while this replica is the owner */
  connection(name: string, isConnected: boolean, stream?: string): void;
  /** Redis answered what is asked again and again, whether the stream is owned or not. The first time starts the watch. */
  heard(stream: string): void;
  /** Standing by ends every trouble of the owner's, except for why it is the owner no more. */
  ownership(stream: string, state: 'owner' | 'standby'): void;
  trouble(stream: string, operation: string, message: string): void;
  recovered(stream: string, operation: string): void;
  report(): HealthReport;
  /** Started, not stopping, and Redis is there. */
  isReady(): boolean;
}

function budgetReport({ state, windows }: ReturnType<Ledger['show']>): HealthReport['budget'] {
  const dollars = (amount: NanoDollars): number => amount / NANO_DOLLARS_A_DOLLAR;
  return {
    state,
    // Those of people are for who asks for them: there may be many.
    windows: windows
      .filter(({ scope }) => !isOrigin(scope))
      .map(({ scope, window, limit, spent, reserved, left, resetsAt }) => ({
        scope,
        window,
        limit: dollars(limit),
        spent: dollars(spent),
        reserved: dollars(reserved),
        left: dollars(left),
        resets_at: resetsAt,
      })),
  };
}

/** The operation of a stream that is in trouble while its sessions fail. */
export const SESSION = 'session';

/** @param silenceLimitMs how long a stream may be without any answer of Redis */
export function createHealth({
  version,
  clock,
  silenceLimitMs,
}: {
  version: string;
  clock: Clock;
  silenceLimitMs: number;
}): Health {
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  const connections = new Map<string, { isConnected: boolean; stream: string | undefined }>();
  const heardAt = new Map<string, number>();
  const streams: Record<string, 'owner' | 'standby'> = {};
  const troubles = new Map<string, Map<string, string>>();
  const inconveniences = new Map<string, string>();
  let models: ModelHealth | undefined;
  let configVersion = '';
  let mode: () => Pick<ModeState, 'mode' | 'by' | 'reason'> = () => ({
    mode: 'full',
    by: 'automatic',
    reason: '',
  });

  function isModelStepWell(): boolean {
    if (!models) return true;
    // A mode that an operator wants is as it should be.
    const { mode: current, by } = mode();
    if (by === 'automatic' && current !== 'full') return false;
    return models.budget().state === 'open' && models.providers().every(({ state }) => state === 'closed');
  }

  function isSilent(): boolean {
    const oldest = clock.monotonic() - silenceLimitMs;
    return [...heardAt.values()].some((at) => at < oldest);
  }

  function isConnected(): boolean {
    const counted = [...connections.values()].filter(
      ({ stream }) => stream === undefined || streams[stream] === 'owner',
    );
    return counted.length > 0 && counted.every((connection) => connection.isConnected) && !isSilent();
  }

  function status(): HealthReport['status'] {
    // What a stop cuts short is no trouble, and the lease is no longer renewed.
    if (phase === 'stopping') return 'degraded';
    if (phase === 'starting' || isSilent() || troubles.size > 0) return 'unhealthy';
    return isConnected() && inconveniences.size === 0 && isModelStepWell() ? 'healthy' : 'degraded';
  }

  function forget(stream: string, operation: string): void {
    const ofStream = troubles.get(stream);
    ofStream?.delete(operation);
    if (ofStream?.size === 0) troubles.delete(stream);
  }

  return {
    models: (given) => {
      models = given;
    },
    configured: (given) => {
      configVersion = given;
    },
    mode: (current) => {
      mode = current;
    },
    degraded: (part, operation, message) => {
      inconveniences.set(`${part}: ${operation}`, message);
    },
    mended: (part, operation) => {
      inconveniences.delete(`${part}: ${operation}`);
    },
    started: () => {
      phase = 'running';
    },
    stopping: () => {
      phase = 'stopping';
    },
    connection: (name, connected, stream) => {
      connections.set(name, { isConnected: connected, stream });
    },
    heard: (stream) => {
      heardAt.set(stream, clock.monotonic());
    },
    ownership: (stream, state) => {
      streams[stream] = state;
      if (state === 'owner') return;
      for (const operation of [...(troubles.get(stream)?.keys() ?? [])]) {
        if (operation !== SESSION) forget(stream, operation);
      }
    },
    trouble: (stream, operation, message) => {
      const ofStream = troubles.get(stream) ?? new Map<string, string>();
      troubles.set(stream, ofStream.set(operation, message));
    },
    recovered: forget,
    isReady: () => phase === 'running' && isConnected(),
    report: () => ({
      status: status(),
      service: 'llm-intent',
      version,
      config_version: configVersion,
      redis: isConnected() ? 'connected' : 'disconnected',
      mode: models ? mode().mode : 'rules-only',
      mode_reason: models ? mode().reason : 'no model is asked',
      providers: Object.fromEntries(
        models
          ?.providers()
          .map(({ provider, model, state, problem }) => [
            `${provider}:${model}`,
            { model, state, ...(problem !== undefined && { problem }) },
          ]) ?? [],
      ),
      budget: models ? budgetReport(models.budget()) : null,
      streams: { ...streams },
      troubles: Object.fromEntries([
        ...inconveniences,
        ...[...troubles].flatMap(([stream, ofStream]) =>
          [...ofStream].map(([operation, message]) => [`${stream}: ${operation}`, message] as const),
        ),
      ]),
    }),
  };
}
