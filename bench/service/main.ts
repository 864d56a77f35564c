// Measures the service as a whole: how soon it is ready, what it holds in memory with nothing to do, and what a batch over
// HTTP saves over one request for each transcript: `make bench`, or node bench/service/main.ts [--quick] [--json]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPrivateRedis } from '../../src/redis/private-redis.ts';
import { loadSentences } from '../sentences.ts';
import { bodyOf, SENDERS } from './http-sides.ts';
import { formatServiceReport, type HttpSide, type ServiceReport } from './report.ts';
import { startService } from './running.ts';

const { values: settings } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
/** Milliseconds in which what was needed for the start is let go. */
const IDLE_MS = 5000;
const ROUND = 500;

try {
  const report = await measure(settings.quick ? { starts: 1, rounds: 1 } : { starts: 5, rounds: 6 });
  console.log(settings.json ? JSON.stringify(report, undefined, 2) : formatServiceReport(report));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function measure({ starts, rounds }: { starts: number; rounds: number }): Promise<ServiceReport> {
  await using releases = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'llm-intent-bench-'));
  releases.defer(() => rm(folder, { recursive: true, force: true }));
  const redis = await startPrivateRedis({ dataDir: join(folder, 'redis'), appendonly: false });
  releases.defer(() => redis.stop());
  const environment = { REDIS_URL: redis.url, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'info' };

  const readyMs: number[] = [];
  // The first one compiles what the others find compiled.
  for (let start = 0; start <= starts; start += 1) {
    const service = await startService({ ...environment, CONSUMER_NAME: `start-${start}` });
    if (start > 0) readyMs.push(service.readyMs);
    await service.stop();
  }

  const service = await startService({ ...environment, CONSUMER_NAME: 'bench' });
  releases.defer(async () => void (await service.stop()));
  await sleep(IDLE_MS);
  const idleMegabytes = await service.memory();
  const sentences = await loadSentences();
  const sides: Record<HttpSide, number[]> = { oneByOne: [], eightAtOnce: [], batch: [] };
  // Nothing is read twice: each side has sentences of its own.
  let next = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const order: readonly HttpSide[] = ['oneByOne', 'eightAtOnce', 'batch'];
    const from = round % order.length;
    for (const side of [...order.slice(from), ...order.slice(0, from)]) {
      const bodies = Array.from({ length: ROUND }, () => bodyOf(sentences, next++));
      const start = performance.now();
      await SENDERS[side](service.url, bodies);
      // The first round finds everything cold.
      if (round > 0) sides[side].push((performance.now() - start) / ROUND);
    }
  }
  return { readyMs, idleMegabytes, transcripts: ROUND, sides };
}
