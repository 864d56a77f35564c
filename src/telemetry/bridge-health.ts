/** What the bridge's `/health` tells. */
interface BridgeHealthReport {
  /**
   * `degraded`: Home Assistant is away, and what is for now fails when its time is over; or what the files of
   * the configuration say cannot be run, and what ran before goes on; or it is stopping. `unhealthy`:
   * nothing that was understood is done, because Redis is away or refuses something.
   */
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly service: 'llm-intent-bridge';
  readonly version: string;
  /** Of the configuration, as the service tells it of its own; empty where nobody looks. */
  readonly config_version: string;
  readonly redis: 'connected' | 'disconnected';
  readonly home_assistant: 'connected' | 'disconnected';
  /** What goes wrong at the moment, by operation. */
  readonly troubles: Readonly<Record<string, string>>;
}

/** Collects the state of the bridge's parts. */
export interface BridgeHealth {
  /** One of the connections to Redis. */
  connection(name: string, isConnected: boolean): void;
  trouble(operation: string, reason: string): void;
  recovered(operation: string): void;
  /** From now on this configuration runs. */
  configured(version: string): void;
  /** Something can be done without for now. */
  degraded(part: string, operation: string, message: string): void;
  mended(part: string, operation: string): void;
  /** The stop has begun. */
  stopping(): void;
  report(): BridgeHealthReport;
  /** Redis is there, and it is not stopping; Home Assistant may come later. */
  isReady(): boolean;
}

/** @param isAssistantThere asked at each report */
export function createBridgeHealth({
  version,
  isAssistantThere,
}: {
  version: string;
  isAssistantThere: () => boolean;
}): BridgeHealth {
  const connections = new Map<string, boolean>();
  const troubles = new Map<string, string>();
  const inconveniences = new Map<string, string>();
  let configVersion = '';
  let isStopping = false;

  function isConnected(): boolean {
    return connections.size > 0 && [...connections.values()].every(Boolean);
  }

  function status(): BridgeHealthReport['status'] {
    if (isStopping) return 'degraded';
    if (!isConnected() || troubles.size > 0) return 'unhealthy';
    return isAssistantThere() && inconveniences.size === 0 ? 'healthy' : 'degraded';
  }

  return {
    connection: (name, connected) => {
      connections.set(name, connected);
    },
    trouble: (operation, reason) => {
      troubles.set(operation, reason);
    },
    recovered: (operation) => {
      troubles.delete(operation);
    },
    configured: (given) => {
      configVersion = given;
    },
    degraded: (part, operation, message) => {
      inconveniences.set(`${part}: ${operation}`, message);
    },
    mended: (part, operation) => {
      inconveniences.delete(`${part}: ${operation}`);
    },
    stopping: () => {
      isStopping = true;
    },
    isReady: () => !isStopping && isConnected(),
    report: () => ({
      status: status(),
      service: 'llm-intent-bridge',
      version,
      config_version: configVersion,
      redis: isConnected() ? 'connected' : 'disconnected',
      home_assistant: isAssistantThere() ? 'connected' : 'disconnected',
      troubles: Object.fromEntries([...inconveniences, ...troubles]),
    }),
  };
}
