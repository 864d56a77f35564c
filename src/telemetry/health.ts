/** What `/health` tells. */
export interface HealthReport {
  /** `degraded`: works, though not as it should; `unhealthy`: answers nothing on the streams. */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly service: 'llm-intent';
  readonly version: string;
  readonly redis: 'connected' | 'disconnected';
  /** Who may answer. There is no model step in this version. */
  readonly mode: 'rules-only';
  readonly providers: Readonly<Record<string, { readonly state: string }>>;
  /** Null where no budget is kept. */
  readonly budget: null;
  /** By input stream, whether this replica works on it or stands by. */
  readonly streams: Readonly<Record<string, 'owner' | 'standby'>>;
  /** What Redis refuses at the moment, by operation. */
  readonly troubles: Readonly<Record<string, string>>;
}

/** Collects the state of the parts. */
export interface Health {
  started(): void;
  redis(connected: boolean): void;
  ownership(stream: string, state: 'owner' | 'standby'): void;
  trouble(operation: string, message: string): void;
  recovered(operation: string): void;
  report(): HealthReport;
  /** Started, and Redis is there. */
  isReady(): boolean;
}

export function createHealth(version: string): Health {
  let started = false;
  let connected = false;
  const streams: Record<string, 'owner' | 'standby'> = {};
  const troubles = new Map<string, string>();

  function status(): HealthReport['status'] {
    if (!started || (connected && troubles.size > 0)) return 'unhealthy';
    return connected ? 'healthy' : 'degraded';
  }

  return {
    started: () => {
      started = true;
    },
    redis: (isConnected) => {
      connected = isConnected;
    },
    ownership: (stream, state) => {
      streams[stream] = state;
    },
    trouble: (operation, message) => {
      troubles.set(operation, message);
    },
    recovered: (operation) => {
      troubles.delete(operation);
    },
    isReady: () => started && connected,
    report: () => ({
      status: status(),
      service: 'llm-intent',
      version,
      redis: connected ? 'connected' : 'disconnected',
      mode: 'rules-only',
      providers: {},
      budget: null,
      streams: { ...streams },
      troubles: Object.fromEntries(troubles),
    }),
  };
}
