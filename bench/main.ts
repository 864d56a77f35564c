// Measures the stream loop against a relay that does nothing but pass on, and against BullMQ: `make bench`, or
// node bench/main.ts [--quick] [--json] [--sides relay,ours-instant]
// It fails where a side left something out or wrote other bytes than it should.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { startPrivateRedis } from '../src/redis/private-redis.ts';
import { requireAgreement } from './agreement.ts';
import { SIDES, type SideName } from './job.ts';
import { formatReport, type Report, summarise } from './report.ts';
import { type Bench, type Run, runLatency, runSide } from './rounds.ts';
import { loadSentences } from './sentences.ts';

const LATENCY_SIDES: readonly SideName[] = ['relay', 'ours-instant'];
const WARM_UP = 5000;

interface Settings {
  readonly transcripts: number;
  readonly rounds: number;
  readonly latencySeconds: number;
  readonly sides: readonly SideName[];
  readonly json: boolean;
}

try {
  const settings = readSettings();
  const report = await measure(settings);
  console.log(settings.json ? JSON.stringify(report, undefined, 2) : formatReport(report));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      sides: { type: 'string', default: SIDES.join(',') },
    },
  });
  const chosen = values.sides.split(',');
  const unknown = chosen.find((name) => !SIDES.some((side) => side === name));
  if (unknown !== undefined) throw new Error(`there is no side "${unknown}"; expected ${SIDES.join(', ')}`);
  return {
    ...(values.quick
      ? { transcripts: 3000, rounds: 1, latencySeconds: 1 }
      : { transcripts: 60_000, rounds: 3, latencySeconds: 10 }),
    sides: SIDES.filter((side) => chosen.includes(side)),
    json: values.json,
  };
}

async function measure(settings: Settings): Promise<Report> {
  const dataDir = await mkdtemp(join(tmpdir(), 'llm-intent-bench-'));
  const server = await startPrivateRedis({ dataDir, appendonly: false });
  const redis = new Redis(server.url);
  try {
    const { transcripts } = settings;
    const sentences = await loadSentences();
    // The ids of all entries lie in the past: an answer expires by the clock where an id is ahead of it.
    const start = Date.now() - transcripts;
    const { url } = server;
    const bench = { url, redis, sentences, start, transcripts, warmUp: WARM_UP };
    const rounds = await runRounds(bench, settings);
    requireAgreement(rounds.flat(), transcripts);
    return {
      transcripts,
      rounds: rounds.length,
      sides: summarise(rounds, transcripts),
      latency: await runLatencies(bench, settings),
    };
  } finally {
    redis.disconnect();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** All sides in every round, each round beginning with another one. */
async function runRounds(bench: Bench, { rounds, sides }: Settings): Promise<Run[][]> {
  const done: Run[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const runs: Run[] = [];
    const from = round % sides.length;
    for (const side of [...sides.slice(from), ...sides.slice(0, from)]) {
      progress(`round ${round + 1} of ${rounds}: ${side}`);
      runs.push(await runSide(bench, side));
    }
    done.push(runs);
  }
  return done;
}

async function runLatencies(bench: Bench, { sides, latencySeconds }: Settings): Promise<Report['latency']> {
  const results = [];
  for (const side of LATENCY_SIDES.filter((name) => sides.includes(name))) {
    progress(`latency: ${side}`);
    results.push({ side, ...(await runLatency(bench, side, latencySeconds)) });
  }
  return results;
}

/** Beside the result, which alone is on standard output. */
function progress(what: string): void {
  console.error(what);
}
