import { setTimeout as sleep } from 'node:timers/promises';
import { readMetrics } from '../../test/support/read-metrics.ts';
import { type LogLine, type RunningService, startService } from '../service/running.ts';

/** One of the replicas, under the same name through all its lives. */
export interface Replica {
  readonly name: string;
  /** Where it is reached; undefined while it is not there, or is about to go. */
  url(): string | undefined;
  pid(): number | undefined;
  start(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Asks it to stop. */
  stop(): Promise<void>;
  /** Sets what it is started with from now on. */
  set(settings: Readonly<Record<string, string>>): void;
  /** What it tells of itself; undefined where it does not within two seconds. */
  metrics(): Promise<ReadonlyMap<string, number> | undefined>;
  /** What it did that it should not. */
  complaints(): readonly string[];
  /** Lines of its log that warn, by what they are about. */
  warnings(): ReadonlyMap<string, number>;
}

const METRICS_MS = 2000;
/** Milliseconds that a stop may take: longer than it gives what is in work. */
const STOP_MS = 20_000;
/** Lines of the log that tell what goes as it should. */
const QUIET: ReadonlySet<unknown> = new Set(['trace', 'debug', 'info']);

export function createReplica(name: string, environment: Readonly<Record<string, string>>): Replica {
  let settings = environment;
  let running: RunningService | undefined;
  let isLeaving = true;
  const complaints: string[] = [];
  const warnings = new Map<string, number>();

  function heard(line: LogLine): void {
    if (QUIET.has(line['level'])) return;
    const about = ['event', 'part', 'operation', 'reason', 'msg']
      .flatMap((field) => line[field] ?? [])
      .join(': ');
    warnings.set(about, (warnings.get(about) ?? 0) + 1);
  }

  // However this process ends but by SIGKILL: nobody else stops it.
  process.once('exit', () => void running?.stop('SIGKILL'));

  async function end(signal?: 'SIGKILL'): Promise<void> {
    const ending = running;
    if (!ending) return;
    isLeaving = true;
    const late = new AbortController();
    const code = await Promise.race([
      ending.stop(signal),
      sleep(STOP_MS, 'late' as const, { signal: late.signal }).catch(() => 'late' as const),
    ]);
    late.abort();
    if (code === 'late') {
      complaints.push(`${name} did not stop within ${STOP_MS / 1000} s`);
      await ending.stop('SIGKILL');
    } else if (signal === undefined && code !== 0) complaints.push(`${name} ended its stop with ${code}`);
    running = undefined;
  }

  return {
    name,
    url: () => (isLeaving ? undefined : running?.url),
    pid: () => running?.pid,
    async start() {
      const started = await startService(settings, { heard, detached: true });
      running = started;
      isLeaving = false;
      void started.ended.then((code) => {
        if (isLeaving || running !== started) return;
        isLeaving = true;
        complaints.push(`${name} (process ${started.pid}) ended by itself with ${code}`);
      });
    },
    kill: () => end('SIGKILL'),
    stop: () => end(),
    set(given) {
      settings = { ...settings, ...given };
    },
    async metrics() {
      if (isLeaving || !running) return undefined;
      try {
        const response = await fetch(`${running.url}/metrics`, { signal: AbortSignal.timeout(METRICS_MS) });
        return readMetrics(await response.text());
      } catch {
        // Frozen, killed meanwhile, or waiting for a Redis that is: that it is not there is what is told.
        return undefined;
      }
    },
    complaints: () => complaints,
    warnings: () => warnings,
  };
}
