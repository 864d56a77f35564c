import { cp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../support/command.ts';
import type { Fate } from '../support/fake-provider.ts';
import { type Fields, prepareModelGround, SECRET_KEY, startModelService } from '../support/model-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const ROOMS = ['salon', 'kuchnia', 'sypialnia', 'łazienka', 'gabinet', 'przedpokój'];

/** One transcript of each room, none said before. */
const inEachRoom = (times: number): Record<string, string>[] =>
  Array.from({ length: ROOMS.length * times }, (_, index) => ({
    transcript: `zapal światło na ${10 + index} procent`,
    room: ROOMS[index % ROOMS.length] as string,
    frame_id: `f${index}`,
  }));

/** A loopback address at which nobody listens. */
async function refusingUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${address.port}/v1`;
}

describe('while the provider is down, rules answer every transcript within its deadline', () => {
  const DEADLINE_MS = 600;
  const quick = { LLM_DEADLINE_MS: String(DEADLINE_MS), LLM_TIMEOUT_MS: '250' };

  function expectAllByRules(answers: readonly Fields[], said: readonly Fields[]): void {
    expect(answers.map(({ frame_id }) => frame_id).sort()).toEqual(
      said.map(({ frame_id }) => frame_id).sort(),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ source: 'rules', intent: 'light.turn_on' });
      expect(answer['fallback_reason']).toMatch(/^(provider_error|timeout|circuit_open)$/);
    }
    // Each room's lane works them off one by one, so the last one waited for those before it.
    const inLane = said.length / ROOMS.length;
    for (const { latency_ms } of answers)
      expect(Number(latency_ms)).toBeLessThan(inLane * (DEADLINE_MS + 400));
  }

  test('where the connection is refused', async () => {
    const { say, answers, health, log } = await startModelService({
      ...quick,
      OPENAI_BASE_URL: await refusingUrl(),
    });
    const said = inEachRoom(3);
    await say(...said);
    expectAllByRules(await answers(said.length), said);
    const told = await health();
    expect(told).toMatchObject({
      status: 'degraded',
      providers: {
        'openai:gpt-5-mini': { state: 'unreachable', problem: expect.stringMatching(/^openai: /) },
      },
    });
    expect(JSON.stringify([told, log])).not.toContain(SECRET_KEY);
  });

  test('where it is silent, answers 500, or resets connections', async () => {
    const { provider, say, answers, health, metrics } = await startModelService(quick);
    const fates: readonly Fate[] = [{ kind: 'silence' }, { kind: 'status', status: 500 }, { kind: 'reset' }];
    provider.plan(({ index }) => fates[index % fates.length]);
    const said = inEachRoom(3);
    await say(...said);
    expectAllByRules(await answers(said.length), said);
    expect(await health()).toMatchObject({
      status: 'degraded',
      providers: { 'openai:gpt-5-mini': { state: expect.stringMatching(/^(open|half_open|unreachable)$/) } },
    });
    expect((await metrics()).get('llm_circuit_state{provider="openai"}')).toBe(2);
  });
});

test('five failed calls open the breaker, the sixth makes no request, and it recovers by itself', async () => {
  const { provider, say, answers, health, metrics } = await startModelService({
    LLM_INTENT_LLM__RETRIES: '0',
    LLM_INTENT_LLM__BREAKER__OPEN_MS: '1500',
  });
  provider.plan(() => ({ kind: 'status', status: 500 }));
  const said = inEachRoom(1);
  for (const [index, each] of said.slice(0, 5).entries()) {
    await say(each);
    const all = await answers(index + 1);
    expect(all.at(-1)).toMatchObject({ source: 'rules', fallback_reason: 'provider_error' });
  }
  expect(provider.requests).toHaveLength(5);
  provider.plan(() => undefined);
  await say(said[5] as Record<string, string>);
  expect((await answers(6)).at(-1)).toMatchObject({ source: 'rules', fallback_reason: 'circuit_open' });
  expect(provider.requests).toHaveLength(5);
  expect((await metrics()).get('llm_circuit_state{provider="openai"}')).toBe(2);
  expect(await health()).toMatchObject({
    status: 'degraded',
    providers: { 'openai:gpt-5-mini': { state: 'open' } },
  });

  await new Promise((resolve) => setTimeout(resolve, 1600));
  await say({ transcript: 'zgaś światło w kuchni', room: 'kuchnia' });
  expect((await answers(7)).at(-1)).toMatchObject({ source: 'llm' });
  expect((await metrics()).get('llm_circuit_state{provider="openai"}')).toBe(0);
  expect(await health()).toMatchObject({ status: 'healthy' });
});

describe('a provider that is set up wrongly', () => {
  test('a key it refuses is told in health and answered by rules, and the key is told nowhere', async () => {
    const { provider, say, answers, ask, health, log, url } = await startModelService();
    provider.plan(() => ({
      kind: 'status',
      status: 401,
      error: { message: `Incorrect API key provided: ${SECRET_KEY}`, code: 'invalid_api_key' },
    }));
    await say({ transcript: 'zapal światło', room: 'salon' });
    const published = await answers(1);
    expect(published).toMatchObject([
      { source: 'rules', intent: 'light.turn_on', fallback_reason: 'provider_error' },
    ]);
    expect(published[0]).not.toHaveProperty('cost_usd');
    const told = await health();
    expect(told).toMatchObject({
      status: 'degraded',
      providers: {
        'openai:gpt-5-mini': {
          state: 'misconfigured',
          problem: expect.stringMatching(/^openai: .*OPENAI_API_KEY/),
        },
      },
    });
    const asked = await ask({ text: 'zgaś światło', room: 'salon' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(JSON.stringify([published, told, asked, log, metrics])).not.toContain(SECRET_KEY);
    // Nothing is asked with a key that was refused, for a while.
    expect(provider.requests).toHaveLength(1);
  });

  test('a model without a price does not start, and says where its price is missing', async () => {
    const folder = join(await temporaryFolder(), 'config');
    await cp(CONFIG, folder, { recursive: true });
    await writeFile(
      join(folder, 'config.yaml'),
      'log:\n  level: info\nllm:\n  providers: ["openai:no-such-model-9"]\n',
    );
    const { environment } = await prepareModelGround({ LLM_INTENT_CONFIG: folder, PORT: '0' });
    const { LLM_PROVIDERS: _, ...others } = environment;
    for (const command of ['serve', 'check']) {
      const { code, errors } = await runCommand([command], others);
      expect({ command, code, errors }).toMatchObject({ code: 78 });
      expect(errors).toContain(join(folder, 'prices.yaml:'));
      expect(errors).toMatch(/prices\.yaml:\d+:\d+: nobody knows what openai:no-such-model-9 costs/);
    }
  });

  test('a provider nobody knows does not start, and the variable is named', async () => {
    const { environment } = await prepareModelGround({ LLM_PROVIDERS: 'openia:gpt-5-mini', PORT: '0' });
    const { code, errors } = await runCommand(['serve'], environment);
    expect(code).toBe(78);
    expect(errors).toMatch(/LLM_PROVIDERS: .*expected provider:model, the provider one of openai/);
  });
});

test('not a word leaves a room that keeps to itself, over the streams or over HTTP', async () => {
  const folder = join(await temporaryFolder(), 'config');
  await cp(CONFIG, folder, { recursive: true });
  await writeFile(
    join(folder, 'config.yaml'),
    'conversation:\n  rooms:\n    - { room: sypialnia, cloud: false }\n',
  );
  const { provider, say, answers, ask } = await startModelService({ LLM_INTENT_CONFIG: folder });
  await say(
    { transcript: 'zapal światło', room: 'sypialnia', session_id: 's' },
    { transcript: 'zapal światło', room: 'Sypialni', session_id: 's' },
  );
  for (const answer of await answers(2)) {
    expect(answer).toMatchObject({
      source: 'rules',
      intent: 'light.turn_on',
      fallback_reason: 'no_provider',
    });
  }
  expect(await ask({ text: 'zapal światło w kuchni', room: 'bedroom' })).toMatchObject({ source: 'rules' });
  expect(provider.requests).toHaveLength(0);
  // The same talk goes on elsewhere: what was said there is told to the model, what was said here is not.
  await say({ transcript: 'zapal kinkiet', room: 'salon', session_id: 's' });
  await answers(3);
  await say({ transcript: 'a teraz go zgaś', room: 'salon', session_id: 's' });
  await answers(4);
  const prompts = provider.requests.map(({ prompt }) => prompt);
  expect(prompts).toHaveLength(2);
  expect(prompts[1]).toContain('«zapal kinkiet»');
  expect(prompts.join()).not.toContain('«zapal światło»');
});

describe('commands without Redis', () => {
  test('leave models unasked though there are some, and say why', async () => {
    const { provider, environment } = await prepareModelGround();
    const { REDIS_URL: _, REDIS_CLUSTER_NODES: __, ...without } = environment;
    const { code, output } = await runCommand(
      ['recognize', 'zapal światło w kuchni', '--room', 'salon', '--json'],
      without,
    );
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      ...{ source: 'rules', intent: 'light.turn_on', fallback_reason: 'ledger_unavailable' },
    });
    const corpus = join(await temporaryFolder(), 'corpus.jsonl');
    await writeFile(
      corpus,
      '{"text":"zapal światło w kuchni","language":"pl","intent":"light.turn_on","slots":{"area":"kuchnia"}}\n',
    );
    const evaluated = await runCommand(['eval', corpus, '--min-accuracy', '1'], without);
    expect(evaluated).toMatchObject({ code: 0 });
    expect(provider.requests).toHaveLength(0);
  });
});
