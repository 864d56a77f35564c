import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { evaluate } from '../../src/cli/eval.ts';
import type { EvalOptions } from '../../src/cli/eval-options.ts';
import { formatDollars } from '../../src/intent/money.ts';
import { runCommand } from '../support/command.ts';
import { startFakeProvider } from '../support/fake-provider.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MODEL = 'llm:openai:gpt-5-mini';
const DOLLAR = 1_000_000_000;
const { signal } = new AbortController();
const SAID = ['turn on the light', 'turn off the light', 'turn on the kettle', 'turn off the kettle'];
const CORPUS = `
- room: kuchnia
  language: en
  utterances:
    - { says: turn on the light, intent: light.turn_on, entities: { area: kuchnia } }
    - { says: turn off the light, intent: light.turn_off, entities: { area: kuchnia } }
    - { says: turn on the kettle, intent: switch.turn_on, entities: { entity_id: switch.czajnik } }
    - { says: turn off the kettle, intent: switch.turn_off, entities: { entity_id: switch.czajnik } }
`;

async function ground(given: Readonly<Record<string, string>> = {}) {
  const provider = await startFakeProvider();
  onTestFinished(() => provider.close());
  const folder = await temporaryFolder();
  const corpus = join(folder, 'home.yaml');
  await writeFile(corpus, CORPUS);
  const name = ownName();
  const environment = {
    ...whereRedisIs(name),
    KEY_PREFIX: `${name}:`,
    DATA_DIR: folder,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: provider.url,
    ...given,
  };
  /** In this process: starting one takes longer than what it does here. */
  async function run(options: Partial<EvalOptions> = {}) {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const context = { environment, input: new PassThrough(), output, errors, signal };
    const failed = await evaluate(corpus, { resolver: [MODEL], ...options }, context).then(
      () => undefined,
      (error: Error) => error.message,
    );
    output.end();
    errors.end();
    return { failed, output: await text(output), errors: await text(errors) };
  }
  return { provider, folder, environment, run };
}

test('holds rules and a model beside each other, and books what the model has cost', async () => {
  const { provider, environment, run } = await ground();
  const { failed, output, errors } = await run({ resolver: ['rules', MODEL], maxCost: DOLLAR, json: true });
  expect({ failed, errors }).toEqual({ failed: undefined, errors: '' });
  const { resolvers } = JSON.parse(output) as { resolvers: Record<string, unknown>[] };
  expect(resolvers).toEqual([
    expect.objectContaining({ resolver: 'rules', cost_usd: '0', unanswered: {} }),
    expect.objectContaining({
      resolver: 'openai:gpt-5-mini',
      cost_usd: formatDollars(provider.billed()),
      unanswered: {},
      all: expect.objectContaining({ utterances: SAID.length }),
    }),
  ]);
  expect(provider.requests.map(({ said }) => said).sort()).toEqual(SAID.toSorted());

  const budget = await runCommand(['budget', 'show', '--json'], environment);
  expect(JSON.parse(budget.output)).toMatchObject({
    windows: [{ spent_usd: formatDollars(provider.billed()), reserved_usd: '0' }, {}],
  });
});

test('shows Markdown tables by language and kind, failures beside answers, and asks again what failed', async () => {
  const { provider, run } = await ground();
  provider.plan(({ said }) => (said === 'turn on the kettle' ? { kind: 'status', status: 400 } : undefined));
  const { failed, output } = await run({ resolver: ['rules', MODEL], maxCost: DOLLAR, failures: true });
  expect(output).toMatch(/^\| openai:gpt-5-mini \| +4 \| .* \| +1 \|$/m);
  expect(output).toMatch(/^\| en single +\| +100\.0% of 4 \| +[\d.]+% of 4 \|$/m);
  expect(output).toMatch(/^\| light\.turn_on +\|/m);
  expect(output).toMatch(
    /^## openai:gpt-5-mini\n(.*\n)*.*: failed, single: turn on the kettle \(kuchnia\)\n/m,
  );
  expect(failed).toBe(
    'openai:gpt-5-mini did not answer 1 of 4 (1 provider_error): the same command asks about it again',
  );

  const before = provider.requests.length;
  provider.plan(() => undefined);
  expect(await run({ maxCost: DOLLAR })).toMatchObject({ failed: undefined });
  expect(provider.requests.slice(before).map(({ said }) => said)).toEqual(['turn on the kettle']);
});

test('holds all models together to one cost, and each of them to the accuracy that is asked for', async () => {
  const { provider, run } = await ground();
  // Enough for one of them, and for neither beside what the other has cost.
  const { failed, output } = await run({
    ...{ resolver: [MODEL, `${MODEL}-2025-08-07`], maxCost: 1.4 * (DOLLAR / 1000) },
    ...{ concurrency: 1, minAccuracy: 0.9, json: true },
  });
  expect(failed).toMatch(/openai:gpt-5-mini-2025-08-07 was asked about \d of 4, then nothing more fitted/);
  expect(failed).toMatch(/gpt-5-mini\S* understood \d+\.\d% exactly, but --min-accuracy wants 90\.0%/);
  expect(provider.billed()).toBeLessThanOrEqual(1.4 * (DOLLAR / 1000));
  expect(JSON.parse(output)).toHaveProperty('resolvers[0].all.utterances', 4);
});

test('stops before it costs more than it may, and goes on from there without asking twice', async () => {
  const { provider, folder, run } = await ground();
  // More than one call can cost, and less than it costs beside what another one could.
  const first = await run({ maxCost: DOLLAR / 1000, concurrency: 1 });
  expect(first.failed).toMatch(
    /openai:gpt-5-mini was asked about \d of 4, then nothing more fitted into --max-cost 0\.001/,
  );
  expect(provider.billed()).toBeLessThanOrEqual(DOLLAR / 1000);
  const asked = provider.requests.length;
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(SAID.length);

  // As a process that was killed leaves it.
  const kept = join(folder, 'evaluations', 'home.yaml.jsonl');
  await writeFile(kept, `${await readFile(kept, 'utf8')}{"key":"torn`);
  expect(await run({ maxCost: DOLLAR })).toMatchObject({ failed: undefined, errors: '' });
  expect(provider.requests.map(({ said }) => said).sort()).toEqual(SAID.toSorted());
  await run({ maxCost: DOLLAR });
  expect(provider.requests).toHaveLength(SAID.length);
  await run({ maxCost: DOLLAR, fresh: true });
  expect(provider.requests).toHaveLength(2 * SAID.length);
});

test('keeps every answer that it paid for where several are asked at a time and the money ends', async () => {
  const { provider, run } = await ground();
  const { failed, output } = await run({
    ...{ resolver: [MODEL, `${MODEL}-2025-08-07`, 'rules'], maxCost: DOLLAR / 1000 },
    ...{ concurrency: 4, json: true, failures: true },
  });
  const asked = provider.requests.length;
  expect(asked).toBeGreaterThan(0);
  expect(failed).toContain(`openai:gpt-5-mini was asked about ${asked} of 4`);
  expect(failed).toContain('gpt-5-mini-2025-08-07 was not asked');
  // What costs nothing is asked all the same.
  expect(JSON.parse(output)).toMatchObject({
    complete: false,
    resolvers: [
      { all: { utterances: asked } },
      { resolver: 'rules', all: { utterances: SAID.length }, failures: [] },
    ],
  });
});

test('spends in its own name, whatever each room of the household may, and counts as nobody’s utterances', async () => {
  const { provider, environment, run } = await ground({
    // Less than one call can cost.
    LLM_INTENT_BUDGET__LIMITS: '[{"scope":"origin:*","daily_usd":"0.0001"}]',
  });
  expect(await run({ maxCost: DOLLAR })).toMatchObject({ failed: undefined, errors: '' });
  expect(provider.requests).toHaveLength(SAID.length);
  const { output } = await runCommand(['report', 'cost', '--by', 'origin', '--json'], environment);
  expect(JSON.parse(output)).toMatchObject({
    rows: [{ origin: 'evaluation', cost_usd: formatDollars(provider.billed()) }],
    utterances: { all: 0 },
  });
});

test('waits for a provider that was left alone for its failures, and asks about everything in the end', async () => {
  const { provider, run } = await ground({
    ...{ LLM_INTENT_LLM__BREAKER__FAILURES: '2', LLM_INTENT_LLM__BREAKER__OPEN_MS: '200' },
    LLM_INTENT_LLM__RETRIES: '0',
  });
  provider.plan(({ index }) => (index < 2 ? { kind: 'status', status: 503 } : undefined));
  const { failed, output } = await run({ maxCost: DOLLAR, concurrency: 1, json: true });
  expect(failed).toMatch(/did not answer 2 of 4 \(2 provider_error\)/);
  expect(JSON.parse(output)).toMatchObject({ complete: true, resolvers: [{ all: { utterances: 4 } }] });
});

test('asks nobody where one of those to be asked cannot be', async () => {
  const { provider, run } = await ground();
  const { failed, output } = await run({ resolver: [MODEL, 'llm:groq:llama-3.3'], maxCost: DOLLAR });
  expect(failed).toContain('GROQ_API_KEY');
  expect(output).toBe('');
  expect(provider.requests).toEqual([]);
});

test('asks again where an answer may be another one: at another address, by other thresholds', async () => {
  const { provider, run, environment } = await ground();
  const ask = (given = {}) => {
    Object.assign(environment, given);
    return run({ maxCost: DOLLAR, limit: 1 });
  };
  await ask();
  expect(provider.requests).toHaveLength(1);
  await ask({ LLM_INTENT_RECOGNITION__THRESHOLD: '0.7' });
  expect(provider.requests).toHaveLength(2);
  const other = await startFakeProvider();
  onTestFinished(() => other.close());
  await ask({ OPENAI_BASE_URL: other.url });
  expect(other.requests).toHaveLength(1);
});

test('keeps a journal of its own in each run, however many there are at once', async () => {
  const { folder, run } = await ground();
  const runs = await Promise.all([run({ maxCost: DOLLAR }), run({ maxCost: DOLLAR, fresh: true })]);
  expect(runs.map(({ errors }) => errors)).toEqual(['', '']);
  const journals = (await readdir(folder)).filter((name) => name.endsWith('.journal'));
  expect(journals).toHaveLength(2);
});

test('asks for money before it spends any', async () => {
  const { provider, run } = await ground();
  expect(await run({ resolver: ['rules', MODEL] })).toEqual({
    failed: 'asking openai:gpt-5-mini costs money: say how much at most, such as --max-cost 0.50',
    output: '',
    errors: '',
  });
  expect(provider.requests).toEqual([]);
});
