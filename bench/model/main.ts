// Measures what the model path adds to a call, over the provider's SDK alone and beside Portkey's gateway:
// `make bench`, or node bench/model/main.ts [--quick] [--json]
// BENCH_PORTKEY names a folder in which npm has installed @portkey-ai/gateway.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { startPrivateRedis } from '../../src/redis/private-redis.ts';
import { startGateway } from './gateway.ts';
import { startLedgerAlone, startOurPath } from './path.ts';
import { startBenchProvider } from './provider.ts';
import { formatModelReport, type ModelReport, type ModelSide, SIDES, summarise } from './report.ts';

const { values: settings } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
try {
  const report = await measure(settings.quick ? { warmUp: 50, calls: 100 } : { warmUp: 500, calls: 3000 });
  console.log(settings.json ? JSON.stringify(report, undefined, 2) : formatModelReport(report));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function measure({ warmUp, calls }: { warmUp: number; calls: number }): Promise<ModelReport> {
  await using releases = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'llm-intent-bench-'));
  releases.defer(() => rm(dataDir, { recursive: true, force: true }));
  const redis = await startPrivateRedis({ dataDir: join(dataDir, 'redis'), appendonly: false });
  releases.defer(() => redis.stop());
  const provider = await startBenchProvider();
  releases.defer(() => provider.close());
  const path = await startOurPath({
    ...{ providerUrl: provider.url, redisUrl: redis.url, folder: join(dataDir, 'path') },
  });
  releases.defer(() => path.stop());
  const ledger = await startLedgerAlone({ redisUrl: redis.url, folder: join(dataDir, 'ledger') });
  releases.defer(() => ledger.stop());

  // Everybody sends what the path sends.
  await path.understand(0);
  const body = await provider.lastBody();
  const direct = client(provider.url);
  const runs = new Map<ModelSide, (round: number) => Promise<unknown>>([
    ['direct', () => direct.post('/chat/completions', { body })],
    ['ours', (round) => path.understand(round)],
    ['reservation', (round) => ledger.reserve(round)],
  ]);
  const folder = process.env['BENCH_PORTKEY'];
  if (folder) {
    const gateway = await startGateway(folder, provider.url);
    releases.defer(() => gateway.close());
    const through = client(gateway.url, gateway.headers);
    runs.set('portkey', () => through.post('/chat/completions', { body }));
  }

  const timings: Record<ModelSide, number[]> = { direct: [], ours: [], reservation: [], portkey: [] };
  const order = SIDES.filter((side) => runs.has(side));
  for (let round = 1; round <= warmUp + calls; round += 1) {
    if (round % 1000 === 0) console.error(`round ${round} of ${warmUp + calls}`);
    // Each round begins with another one: whoever follows finds the caches warm.
    const from = round % order.length;
    for (const side of [...order.slice(from), ...order.slice(0, from)]) {
      const start = performance.now();
      await runs.get(side)?.(round);
      const taken = performance.now() - start;
      if (round > warmUp) timings[side].push(taken);
      if (side === 'reservation') ledger.settle(round);
    }
  }
  return {
    calls,
    sides: summarise(timings),
    ...(!folder && {
      portkeySkipped: 'BENCH_PORTKEY names no folder where npm has installed @portkey-ai/gateway',
    }),
  };
}

/** As the path has it: one try, no timer. */
function client(baseURL: string, defaultHeaders?: Readonly<Record<string, string>>): OpenAI {
  return new OpenAI({
    ...{ apiKey: 'sk-bench', organization: null, project: null, baseURL, maxRetries: 0 },
    ...(defaultHeaders && { defaultHeaders }),
  });
}
