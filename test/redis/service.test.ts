import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeOutput } from '../../src/intent/recognition-codec.ts';
import { runCommand, startServiceHere } from '../support/command.ts';
import { connectShared, ownName, whereRedisIs } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let redis: Redis;
let environment: Record<string, string>;
let input: string;
let output: string;
let deadLetters: string;

beforeAll(() => {
  redis = connectShared();
});
afterAll(() => redis.quit());
beforeEach(() => {
  const name = ownName();
  input = `${name}:in`;
  output = `${name}:out`;
  deadLetters = `${name}:dlq`;
  environment = {
    ...whereRedisIs(name),
    INPUT_STREAM: input,
    OUTPUT_STREAM: output,
    DLQ_STREAM: deadLetters,
    KEY_PREFIX: `${name}:`,
    LEASE_MS: '600',
  };
});

async function outputs(count: number): Promise<Record<string, unknown>[]> {
  return expect
    .poll(async () => (await redis.xrange(output, '-', '+')).map(([, fields]) => decodeOutput(fields)), {
      timeout: 10_000,
    })
    .toHaveLength(count)
    .then(async () => (await redis.xrange(output, '-', '+')).map(([, fields]) => decodeOutput(fields)));
}

describe('the service', () => {
  test('turns a transcript on the input stream into an intent on the output stream', async () => {
    await startServiceHere(environment);
    const id = await redis.xadd(
      input,
      '*',
      'transcript',
      'zapal światło w kuchni',
      'frame_id',
      'f1',
      'room',
      'salon',
    );
    const [answer] = await outputs(1);
    expect(answer).toMatchObject({
      source_message_id: id,
      frame_id: 'f1',
      status: 'recognized',
      intent: 'light.turn_on',
      entities: { area: 'kuchnia' },
      source: 'rules',
      fallback_reason: 'no_provider',
      processor_id: 'llm-intent-1',
    });
    expect(await redis.xpending(input, 'llm-intent')).toEqual([0, null, null, null]);
  });

  test('says at its start what it leaves out of a pack', async () => {
    const pack = join(await temporaryFolder(), 'de');
    await mkdir(pack);
    const intents = ['HassNevermind', 'HassMakeCoffee'].map(
      (intent) => `  ${intent}: { data: [{ sentences: ["${intent}"] }] }\n`,
    );
    await writeFile(join(pack, 'all.yaml'), `language: de\nintents:\n${intents.join('')}`);
    const { logged } = await startServiceHere({ ...environment, LLM_INTENT_RULES__PACKS: pack });
    expect(await logged('notice')).toMatchObject({
      level: 'warn',
      notice: `${pack}/all.yaml:4:3: the intent HassMakeCoffee is not known here and left out`,
    });
  });

  test('asks for a yes before it unlocks anything', async () => {
    await startServiceHere(environment);
    await redis.xadd(input, '*', 'transcript', 'otwórz drzwi wejściowe', 'room', 'przedpokój');
    const [answer] = await outputs(1);
    expect(answer).toMatchObject({
      intent: 'none',
      requires_confirmation: 'true',
      actions: [{ intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi_wejsciowe' } }],
    });
  });

  test('continues the trace of the caller with a span of its own', async () => {
    await startServiceHere({ ...environment, TRACE_CONTEXT_FIELD: 'true' });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await redis.xadd(
      input,
      '*',
      'transcript',
      'zgaś światło',
      'traceparent',
      `00-${traceId}-b7ad6b7169203331-01`,
      'tracestate',
      'a=1',
    );
    const [answer] = await outputs(1);
    expect(answer?.['traceparent']).toMatch(
      new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
    );
    expect(answer?.['tracestate']).toBe('a=1');
    expect(JSON.parse(String(answer?.['trace_context']))).toMatchObject({
      trace_id: traceId,
      trace_flags: 1,
    });
  });

  test('publishes what is too old to act on as expired', async () => {
    await redis.xadd(input, '1000-0', 'transcript', 'zgaś światło', 'room', 'salon');
    await startServiceHere(environment);
    expect(await outputs(1)).toMatchObject([{ status: 'expired', intent: 'none', source: 'none' }]);
  });

  test('tells its health, its metrics, and that it is ready', async () => {
    const { url, logged } = await startServiceHere(environment);
    await logged('ownership');
    await redis.xadd(input, '*', 'transcript', 'zapal światło', 'room', 'salon');
    await outputs(1);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      status: 'healthy',
      redis: 'connected',
      streams: { [input]: 'owner' },
    });
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('intent_recognition_total{status="recognized",source="rules",language="pl"} 1');
    expect(metrics).toContain('intent_recognized_total{intent_type="light.turn_on"} 1');
    expect(metrics).toContain('stream_lag 0');
    expect(metrics).toContain('stream_pending 0');
  });

  test('has one owner among its replicas, and a standby that takes over when it stops', async () => {
    const first = await startServiceHere(environment);
    await first.logged('ownership');
    const second = await startServiceHere({ ...environment, CONSUMER_NAME: 'second' });
    expect(await (await fetch(`${second.url}/health`)).json()).toMatchObject({
      ...{ status: 'healthy', streams: { [input]: 'standby' } },
    });
    expect(await first.stop()).toBe(0);
    await second.logged('ownership');
    await redis.xadd(input, '*', 'transcript', 'zapal światło', 'room', 'salon');
    expect(await outputs(1)).toMatchObject([{ intent: 'light.turn_on' }]);
  });

  test.each(['in', 'out', 'dlq'])(
    'does not start where the key of its %s stream holds something else',
    async (which) => {
      const key = { in: input, out: output, dlq: deadLetters }[which] as string;
      await redis.set(key, 'a string');
      const { code, errors } = await runCommand(['serve'], { ...environment, PORT: '0' });
      expect(code).toBe(1);
      expect(errors).toContain(key);
      expect(errors).toContain('holds a string where a stream should be');
    },
  );

  test('does not start with a mistake in its configuration, and says where', async () => {
    const { code, errors } = await runCommand(['serve'], { ...environment, PORT: 'many' });
    expect(code).toBe(78);
    expect(errors).toContain('PORT: ');
  });
});

describe('the command line', () => {
  test('sends sentences through the streams and shows what comes back', async () => {
    await startServiceHere(environment);
    const { code, output: shown } = await runCommand(
      ['send', 'zapal światło', 'zgaś światło', '--room', 'salon', '--json'],
      environment,
    );
    expect(code).toBe(0);
    expect(
      shown
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { transcript: 'zapal światło', intent: 'light.turn_on' },
      { transcript: 'zgaś światło', intent: 'light.turn_off' },
    ]);
  });

  test('says what is amiss when nobody answers', async () => {
    const { code, errors } = await runCommand(['send', 'zgaś światło', '--timeout', '0.5'], environment);
    expect(code).toBe(1);
    expect(errors).toContain(`is a service running that reads ${input}?`);
  });

  test('says that Redis cannot be reached', async () => {
    const { code, errors } = await runCommand(['send', 'zgaś'], {
      ...environment,
      ...{ REDIS_URL: 'redis://127.0.0.1:1', REDIS_CLUSTER_NODES: '' },
    });
    expect(code).toBe(1);
    expect(errors).toContain('cannot reach Redis: connect ECONNREFUSED');
  });

  test('lists, replays and drops dead letters', async () => {
    await startServiceHere(environment);
    const bad = await redis.xadd(input, '*', 'room', 'salon');
    await redis.xadd(input, '*', 'transcript', 'x'.repeat(5000));
    await expect.poll(() => redis.xlen(deadLetters)).toBe(2);

    const { output: listed } = await runCommand(['dead-letters', 'list', '--json'], environment);
    const [oversize, missing] = listed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(oversize).toMatchObject({ reason: 'oversize', source_stream: input });
    expect(missing).toMatchObject({
      reason: 'missing_transcript',
      source_id: bad,
      payload: '{"room":"salon"}',
    });

    const dropped = await runCommand(['dead-letters', 'drop', String(oversize?.['id'])], environment);
    expect(dropped.code).toBe(0);
    const replayed = await runCommand(['dead-letters', 'replay', String(missing?.['id'])], environment);
    expect(replayed.output).toMatch(/replayed as \d+-\d+/);
    // Still without a transcript, so it comes back as a new one.
    await expect.poll(() => redis.xlen(deadLetters)).toBe(1);

    const unknown = await runCommand(['dead-letters', 'drop', '1-1'], environment);
    expect(unknown).toMatchObject({
      code: 1,
      errors: expect.stringContaining('there is no dead letter 1-1'),
    });
  });
});
