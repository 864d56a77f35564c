// Measures what metrics and traces cost: `make bench`, or node bench/overhead/main.ts [--quick] [--json]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPrivateRedis } from '../../src/redis/private-redis.ts';
import { startCollector } from './collector.ts';
import { formatOverheads, type OverheadReport, summariseOverheads } from './report.ts';
import type { Measured, OverheadOrder } from './subject-process.ts';

const SUBJECT = join(import.meta.dirname, 'subject-process.ts');

try {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  const report = await compare(
    values.quick ? { rounds: 2, transcripts: 300 } : { rounds: 100, transcripts: 1000 },
  );
  console.log(values.json ? JSON.stringify(report, undefined, 2) : formatOverheads(report));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function compare(size: Pick<OverheadOrder, 'rounds' | 'transcripts'>): Promise<OverheadReport> {
  console.error('metrics on and off, traces off, sampled and recorded, in turns');
  const dataDir = await mkdtemp(join(tmpdir(), 'llm-intent-bench-'));
  const server = await startPrivateRedis({ dataDir, appendonly: false });
  // Here, so that what it does counts for nobody.
  const collector = await startCollector();
  try {
    const measured = await subject({ url: server.url, collector: collector.url, ...size });
    return { transcripts: size.transcripts, ...summariseOverheads(measured) };
  } finally {
    collector.stop();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function subject(order: OverheadOrder): Promise<readonly Measured[]> {
  const child = fork(SUBJECT, [JSON.stringify(order)], {
    // Code that had no turn for a while would be forgotten, and compiled again at the next one.
    execArgv: ['--expose-gc', '--no-flush-bytecode'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const told: Measured[][] = [];
  child.on('message', (measured) => told.push(measured as Measured[]));
  const [code] = await once(child, 'exit');
  const [measured] = told;
  if (code !== 0 || !measured) {
    throw new Error(`what was to be measured ended with ${code}; what it wrote tells why`);
  }
  return measured;
}
