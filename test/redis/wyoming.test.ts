import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { decodeOutput } from '../../src/intent/recognition-codec.ts';
import { polishPhrases } from '../../src/language/pl/phrases.ts';
import {
  type RunningService,
  runCommand,
  startServiceHere,
  startServiceProcess,
} from '../support/command.ts';
import { startOwnRedis } from '../support/own-redis.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';
import { connectWyoming, type Message } from '../support/wyoming-client.ts';

let redis: Redis;
let environment: Record<string, string>;
let output: string;
let executed: string;

beforeAll(() => {
  redis = connectShared();
});
afterAll(() => redis.quit());
beforeEach(() => {
  const name = ownName();
  output = `${name}:out`;
  executed = `${name}:executed`;
  environment = {
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, INPUT_STREAM: `${name}:in` },
    ...{ OUTPUT_STREAM: output, DLQ_STREAM: `${name}:dlq`, LEASE_MS: '600' },
    ...{ LLM_INTENT_WYOMING__ENABLED: 'true', LLM_INTENT_WYOMING__PORT: '0' },
    ...{ LLM_INTENT_BRIDGE__OUTPUT: executed },
  };
});

async function start(more: Record<string, string> = {}): Promise<RunningService & { readonly tcp: string }> {
  const service = await startServiceHere({ ...environment, ...more });
  return { ...service, tcp: String((await service.logged('wyoming'))['url']) };
}

/** Does what is published, as the bridge tells it; each action as often as it comes. */
async function startFakeBridge(
  tell: (entry: Record<string, unknown>) => readonly Record<string, string>[],
): Promise<void> {
  const reader = redis.duplicate();
  onTestFinished(() => reader.disconnect());
  await redis.xgroup('CREATE', output, 'llm-intent-bridge', '$', 'MKSTREAM');
  const read = async (): Promise<void> => {
    const found = (await reader.xreadgroup(
      ...(['GROUP', 'llm-intent-bridge', 'test', 'BLOCK', 0, 'STREAMS', output, '>'] as const),
    )) as [string, [string, string[]][]][] | null;
    for (const [, fields] of found?.[0]?.[1] ?? []) {
      const entry = decodeOutput(fields);
      for (const told of tell(entry)) {
        const about = {
          source_message_id: String(entry['source_message_id']),
          frame_id: String(entry['frame_id']),
        };
        await redis.xadd(executed, '*', ...Object.entries({ ...about, ...told }).flat());
      }
    }
    await read();
  };
  void read().catch(() => undefined);
}

async function say(url: string, said: string, context: Record<string, unknown> = {}): Promise<Message> {
  const client = await connectWyoming(url);
  client.send({ type: 'transcript', data: { text: said, language: 'pl', context } });
  const answer = await client.read();
  client.socket.destroy();
  return answer;
}

const published = async (): Promise<Record<string, unknown>[]> =>
  (await redis.xrange(output, '-', '+')).map(([, fields]) => decodeOutput(fields));

describe('what is said in Assist', () => {
  test('goes the way of everything that is said, and is published for whoever acts', async () => {
    const { tcp } = await start({
      LLM_INTENT_WYOMING__ROOMS: '[{"satellite": "assist_satellite.salon", "room": "salon"}]',
    });
    const context = { conversation_id: 'c1', satellite_id: 'assist_satellite.salon' };
    expect(await say(tcp, 'zapal światło', context)).toEqual({
      ...{ type: 'handled', data: { text: expect.stringMatching(/\S/) } },
    });
    expect(await published()).toMatchObject([
      {
        ...{ transcript: 'zapal światło', language: 'pl', room: 'salon', session_id: 'c1' },
        ...{ status: 'recognized', intent: 'light.turn_on', entities: { area: 'salon' } },
        ...{
          source_message_id: expect.stringMatching(/^\d+-\d+$/),
          frame_id: expect.stringMatching(/^wyoming-/),
        },
      },
    ]);
  });

  test('begins a trace, which tells what became of it and no word of what was said', async () => {
    const word = 'kwiatuszek';
    // A process has one exporter.
    const service = await startServiceProcess({
      ...{ ...environment, OTEL_TRACES_EXPORTER: 'console', RESOLVERS: 'rules' },
    });
    const tcp = String((await service.logged('wyoming'))['url']);
    await say(tcp, 'zapal światło w salonie');
    await say(tcp, `opowiedz mi o ${word}`);
    expect(await service.stop()).toBe(0);
    const spans = service.log.filter(({ event }) => event === 'span');
    const named = (name: string) => spans.filter((span) => span['name'] === name);
    const assisted = named('assist');
    expect(assisted.map(({ kind, attributes }) => ({ kind, attributes }))).toEqual([
      { kind: 'server', attributes: { 'wyoming.answer': 'handled' } },
      { kind: 'server', attributes: { 'wyoming.answer': 'not-recognized' } },
    ]);
    expect(named(`process ${environment['INPUT_STREAM']}`)).toMatchObject(
      assisted.map((span) => ({ trace_id: span['trace_id'], parent_span_id: span['span_id'] })),
    );
    expect(JSON.stringify(service.log)).not.toContain(word);
  });

  test('is answered when the bridge has done it, with what the bridge says', async () => {
    await startFakeBridge(({ kind }) =>
      kind === 'query'
        ? [{ status: 'answered', response_text: 'Tak, świeci się.' }]
        : [{ status: 'failed', response_text: 'Nie mam połączenia.' }],
    );
    const { tcp } = await start();
    expect(await say(tcp, 'czy światło w salonie jest włączone')).toEqual({
      ...{ type: 'handled', data: { text: 'Tak, świeci się.' } },
    });
    expect(await say(tcp, 'zgaś światło w salonie')).toEqual({
      ...{ type: 'not-handled', data: { text: 'Nie mam połączenia.' } },
    });
  });

  test('waits for every action of a sentence', async () => {
    await startFakeBridge(({ actions }) => (actions as unknown[]).map(() => ({ status: 'done' })));
    const { tcp } = await start();
    expect(await say(tcp, 'zgaś światło w salonie i zasłoń rolety w sypialni')).toMatchObject({
      type: 'handled',
    });
    expect(await published()).toMatchObject([{ actions: [{}, {}] }]);
  });

  test('is asked about, and its yes is taken from the same satellite and talk only', async () => {
    const { tcp } = await start({
      LLM_INTENT_WYOMING__ROOMS:
        '[{"satellite": "assist_satellite.a", "room": "przedpokój"}, {"satellite": "b", "room": "salon"}]',
    });
    const here = { conversation_id: 'c1', satellite_id: 'assist_satellite.a' };
    expect((await say(tcp, 'otwórz drzwi wejściowe', here)).type).toBe('handled');
    for (const elsewhere of [
      { conversation_id: 'c1', device_id: 'b' },
      { conversation_id: 'c2', satellite_id: 'assist_satellite.a' },
      {},
    ]) {
      expect((await say(tcp, 'tak', elsewhere)).type).toBe('not-recognized');
    }
    expect((await say(tcp, 'tak', here)).type).toBe('handled');
    const entries = await published();
    expect(entries.map(({ intent }) => intent)).toEqual(['none', 'none', 'none', 'none', 'lock.unlock']);
    expect(entries[0]).toMatchObject({ requires_confirmation: 'true' });
    expect(entries[4]).toMatchObject({ confirmed: 'true' });
  });

  test('is heard by many at once, each with its own answer', async () => {
    await startFakeBridge(({ entities }) => [
      { status: 'done', response_text: String((entities as { area: string }).area) },
    ]);
    const { tcp } = await start({ LLM_INTENT_WYOMING__MAX_CONNECTIONS: '100' });
    const rooms = { salon: 'salonie', kuchnia: 'kuchni', sypialnia: 'sypialni', lazienka: 'łazience' };
    const asked = Array.from({ length: 10 }, () => Object.entries(rooms)).flat();
    const answers = await Promise.all(
      asked.map(
        async ([area, where]) => [area, (await say(tcp, `zapal światło w ${where}`)).data?.['text']] as const,
      ),
    );
    for (const [area, words] of answers) expect(words).toMatch(new RegExp(` ${area}$`));
    expect(await published()).toHaveLength(asked.length);
  });

  test('gets its answer before a stop ends', async () => {
    const { tcp, stop } = await start({ LLM_INTENT_WYOMING__EXECUTED_MS: '60000' });
    await redis.xgroup('CREATE', output, 'llm-intent-bridge', '$', 'MKSTREAM');
    const answer = say(tcp, 'zgaś światło w salonie');
    await expect.poll(async () => (await published()).length, { timeout: 10_000 }).toBe(1);
    const stopped = stop();
    await redis.xadd(
      executed,
      '*',
      'frame_id',
      String((await published())[0]?.['frame_id']),
      'status',
      'done',
    );
    expect(await answer).toMatchObject({ type: 'handled' });
    expect(await stopped).toBe(0);
  });
});

test('while Redis is away, whoever speaks is told so, and nothing is done about it later', async () => {
  const server = await startOwnRedis({ appendonly: true });
  const { tcp } = await start({ REDIS_URL: server.url, REDIS_CLUSTER_NODES: '' });
  expect(await say(tcp, 'zapal światło w salonie')).toMatchObject({ type: 'handled' });
  await server.kill();
  await expect
    .poll(() => say(tcp, 'zgaś światło w salonie'), { timeout: 20_000 })
    .toEqual({ type: 'not-handled', data: { text: polishPhrases.notDone } });
  await server.restart();
  await expect
    .poll(async () => (await say(tcp, 'zapal światło w kuchni')).type, { timeout: 20_000 })
    .toBe('handled');
  const intents = (await server.redis.xrange(output, '-', '+')).map(
    ([, fields]) => decodeOutput(fields)['intent'],
  );
  expect(intents).not.toContain('light.turn_off');
});

describe('the configuration', () => {
  test('lets nobody beyond this machine in by accident', async () => {
    const { code, errors } = await runCommand(['check'], {
      ...environment,
      LLM_INTENT_WYOMING__HOST: '0.0.0.0',
    });
    expect(code).toBe(78);
    expect(errors).toContain('LLM_INTENT_WYOMING__HOST: whoever reaches 0.0.0.0 could give orders');
    const allowed = { LLM_INTENT_WYOMING__HOST: '0.0.0.0', LLM_INTENT_WYOMING__ALLOW_ANONYMOUS: 'true' };
    expect(await runCommand(['check'], { ...environment, ...allowed })).toMatchObject({ code: 0 });
  });

  test('knows the rooms in which satellites stand', async () => {
    const { code, errors } = await runCommand(['check'], {
      ...environment,
      LLM_INTENT_WYOMING__ROOMS: '[{"satellite": "assist_satellite.a", "room": "piwnica"}]',
    });
    expect(code).toBe(78);
    expect(errors).toContain('there is no room "piwnica"');
  });
});

/** A Python with the package `wyoming`: that of WYOMING_PYTHON, else the machine's. */
const python = process.env['WYOMING_PYTHON'] ?? 'python3';
const missing = ((): string | undefined => {
  try {
    execFileSync(python, ['-c', 'import wyoming'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${python} has no package wyoming; WYOMING_PYTHON may name one that has (pip install wyoming)`;
  }
})();
test("the protocol's own package reads what is answered", async ({ skip }) => {
  skip(missing !== undefined, missing);
  await startFakeBridge(() => [{ status: 'done' }]);
  const { tcp } = await start();
  const script = join(import.meta.dirname, '../support/wyoming-package.py');
  const client = spawn(python, [script, tcp], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void client.kill());
  const questions = [
    { describe: true },
    { ping: 'zażółć' },
    { text: 'zapal światło w kuchni', language: 'pl', context: { conversation_id: '01JD', device_id: 'd1' } },
    { text: 'turn off the light in the kitchen', language: 'en' },
    { text: 'brzdęk brzdęk', language: 'pl' },
    { recognize: 'zapal światło w kuchni' },
  ];
  client.stdin.end(questions.map((question) => JSON.stringify(question)).join('\n'));
  const answers = (await text(client.stdout))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);
  expect(answers).toMatchObject([
    {
      type: 'info',
      data: {
        intent: [
          {
            name: 'llm-intent',
            installed: true,
            models: [{ languages: expect.arrayContaining(['pl', 'en']) }],
          },
        ],
        handle: [{ supports_home_control: true }],
      },
    },
    { type: 'pong', data: { text: 'zażółć' } },
    { type: 'handled', data: { text: expect.stringMatching(/\S/) } },
    { type: 'handled', data: { text: expect.stringMatching(/\S/) } },
    { type: 'not-recognized', data: { text: expect.stringMatching(/\S/) } },
    { type: 'intent', data: { name: 'light.turn_on', entities: [{ name: 'area', value: 'kuchnia' }] } },
  ]);
});
