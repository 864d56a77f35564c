import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type Service, startService } from '../service.ts';
import { createLog } from '../telemetry/log.ts';
import { connectTools, type Tools } from '../tools.ts';
import { answerHeading, answerLine, type OutputFields } from './answer-line.ts';
import { type CommandContext, isInterruption } from './command-context.ts';
import {
  DEMO_MOCK,
  DEMO_MODEL,
  DEMO_SCRIPT,
  type DemoLine,
  MODEL_SCRIPT,
  TALK_SCRIPT,
} from './demo-script.ts';

/** Milliseconds between two sentences: somebody speaking without a break. */
const PACE_MS = 350;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Starts the real service on a Redis of its own, speaks a few dozen sentences through the streams and shows what
 * comes back. On a terminal it stays up for the reader's own sentences; elsewhere it ends by itself.
 */
export async function demo(context: CommandContext): Promise<void> {
  const { environment, output, signal } = context;
  const folder = await mkdtemp(join(tmpdir(), 'llm-intent-demo-'));
  try {
    const config = await demoConfig(environment, folder);
    // Warnings only: the lines below tell the rest.
    const log = createLog({ level: 'warn', processorId: config.processor_id, output: context.errors });
    const service = await startService({ config, log, signal });
    try {
      await converse(service, { config, context });
    } finally {
      await service.stop();
    }
  } catch (error) {
    if (!isInterruption(error, signal)) throw error;
    output.write('\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The reader's configuration for a service that keeps all it has in `folder` and speaks to this machine alone, on any
 * free port where the usual one is taken. What is parsed is replaced: a variable has a second name, and a file sets
 * the same fields.
 */
async function demoConfig(environment: CommandContext['environment'], folder: string): Promise<Config> {
  const config = await loadConfig(environment);
  const { token: _, ...http } = { ...config.http, host: '127.0.0.1', allow_anonymous: false };
  const port = (await isFree(http)) ? http.port : 0;
  const redis = {
    ...{ sentinels: [], sentinel_tls: false, cluster_nodes: [] },
    key_prefix: config.redis.key_prefix,
  };
  // Whatever keys the environment has: a try spends nothing.
  const llm = { ...config.llm, providers: [] };
  return { ...config, data_dir: folder, redis, llm, http: { ...http, port } };
}

function isFree({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .once('listening', () => probe.close(() => resolve(true)))
      .listen({ host, port });
  });
}

async function converse(
  service: Service,
  { config, context }: { config: Config; context: CommandContext },
): Promise<void> {
  const { input, output, signal } = context;
  const colours = output.isTTY === true;
  const tools = await connectTools(config, { redisUrl: service.redisUrl, signal });
  try {
    output.write(`llm-intent listens on ${service.url}, its Redis on ${service.redisUrl}\n\n`);
    output.write(`${answerHeading(colours)}\n`);
    const answers: OutputFields[] = [];
    for (const line of DEMO_SCRIPT) {
      const answer = await say(line, { tools, signal });
      output.write(`${answerLine(answer, colours)}\n`);
      answers.push(answer);
      await sleep(PACE_MS, undefined, { signal });
    }
    output.write(`\n${summary(answers)}\n`);
    await demoModel(service, { config, context });
    output.write(`\nAnd a talk, without a model:\n\n${answerHeading(colours)}\n`);
    for (const { shows, ...line } of TALK_SCRIPT) {
      output.write(`${answerLine(await say(line, { tools, signal }), colours)}\n  ${shows}\n`);
    }
    if (input.isTTY === true && colours) await listen({ tools, service, context });
  } finally {
    tools.close();
  }
}

/** The same with a model, which is a mock: on streams of its own, beside the service that goes on. */
async function demoModel(
  { redisUrl }: Service,
  { config, context }: { config: Config; context: CommandContext },
): Promise<void> {
  const { output, signal } = context;
  const colours = output.isTTY === true;
  const beside = modelConfig(config, redisUrl);
  const log = createLog({ level: 'error', processorId: beside.processor_id, output: context.errors });
  const service = await startService({ config: beside, log, signal });
  const tools = await connectTools(beside, { redisUrl, signal });
  try {
    output.write(`
With a language model before the rules. This one is a mock that picks by the words it hears, and costs nothing; a real
one needs a key, and is kept within a budget: see "Asking a model" in README.md.

${answerHeading(colours)}
`);
    for (const { shows, ...line } of MODEL_SCRIPT) {
      output.write(`${answerLine(await say(line, { tools, signal }), colours)}\n  ${shows}\n`);
    }
  } finally {
    tools.close();
    await service.stop();
  }
}

function modelConfig(config: Config, redisUrl: string): Config {
  const { output, dead_letters, ...streams } = config.streams;
  return {
    ...config,
    redis: { ...config.redis, url: redisUrl, key_prefix: `${config.redis.key_prefix}demo:` },
    http: { ...config.http, port: 0 },
    streams: {
      ...streams,
      input: ['demo:transcribed'],
      output: `${output}:demo`,
      dead_letters: `${dead_letters}:demo`,
    },
    recognition: { ...config.recognition, resolvers: ['cache', 'llm', 'rules'] },
    llm: { ...config.llm, providers: [DEMO_MODEL], mock: DEMO_MOCK },
  };
}

async function say(
  { text, room, language }: DemoLine,
  { tools, signal }: { tools: Tools; signal: AbortSignal },
): Promise<OutputFields> {
  const reply = await tools.send(
    { transcript: text, frame_id: `demo-${randomUUID()}`, language, ...(room !== undefined && { room }) },
    AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
  );
  if (reply.kind === 'answer') return reply.output;
  throw new Error(`"${text}" became a dead letter (${reply.reason}): ${reply.error}`);
}

function summary(answers: readonly OutputFields[]): string {
  const count = (status: string): number => answers.filter((answer) => answer['status'] === status).length;
  const statuses = [...new Set(answers.map((answer) => String(answer['status'])))];
  const times = answers.map((answer) => Number(answer['latency_ms'])).sort((left, right) => left - right);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const cost = answers.reduce((sum, answer) => sum + Number(answer['cost_usd'] ?? 0), 0);
  return [
    `${answers.length} transcripts: ${statuses.map((status) => `${count(status)} ${status}`).join(', ')}.`,
    `Half of them took less than ${median.toFixed(2)} ms from reading to publishing. Cost: $${cost}.`,
  ].join('\n');
}

/** Sentences of the reader's own, until the end of input or Ctrl-C. */
async function listen({
  tools,
  service,
  context,
}: {
  tools: Tools;
  service: Service;
  context: CommandContext;
}): Promise<void> {
  const { input, output, signal } = context;
  output.write(`
It stays up. Type a sentence (room: salon; for another one begin with "kuchnia: "), or in another terminal:

  curl -H 'content-type: application/json' -d '{"text": "zgaś światło", "room": "kuchnia"}' ${service.url}/intent
  curl ${service.url}/metrics
  REDIS_URL=${service.redisUrl} bin/llm-intent send "która jest godzina"

Ctrl-C ends it.

`);
  const lines = createInterface({ input, output, prompt: '> ', terminal: true });
  signal.addEventListener('abort', () => lines.close(), { once: true });
  // A terminal in raw mode gives Ctrl-C to readline and not to the process.
  lines.on('SIGINT', () => lines.close());
  lines.prompt();
  for await (const line of lines) {
    const [, room, text] = /^(?:([\p{L} ]+): *)?(.*)$/u.exec(line.trim()) ?? [];
    if (text) {
      const answer = await sayInEither({ text, room: room ?? 'salon' }, { tools, signal });
      output.write(`${answerLine(answer, true)}\n`);
      if (answer['response_text'] !== undefined) output.write(`  „${answer['response_text']}”\n`);
    }
    lines.prompt();
  }
}

/** A speech recogniser tells the language; of a typed line Polish is tried first. */
async function sayInEither(
  line: Omit<DemoLine, 'language'>,
  parts: { tools: Tools; signal: AbortSignal },
): Promise<OutputFields> {
  const polish = await say({ ...line, language: 'pl' }, parts);
  if (polish['status'] !== 'unclear') return polish;
  const english = await say({ ...line, language: 'en' }, parts);
  return english['status'] === 'unclear' ? polish : english;
}
