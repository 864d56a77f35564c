import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { createAnswerBooks } from '../../src/budget/answer-books.ts';
import { createCostBooks } from '../../src/budget/cost-books.ts';
import type { CostReport, ReportBy } from '../../src/intent/cost-report.ts';
import { formatDollars } from '../../src/intent/money.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { type Finished, runCommand } from '../support/command.ts';
import type { FakeRequest, Fate } from '../support/fake-provider.ts';
import { anExpense, metered, opened, reserve, startLedger, wallClock } from '../support/ledger.ts';
import { type ModelService, picking, startModelService } from '../support/model-service.ts';
import { openRedis } from '../support/processor.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const turnOn = ({ prompt }: FakeRequest): Fate => ({
  kind: 'answer',
  content: picking(prompt, 'light.turn_on'),
});

/** What `GET /api/v1/costs` answers. */
async function costs(
  service: ModelService,
  query = '',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${service.url}/api/v1/costs${query}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const report = (service: ModelService, ...options: string[]): Promise<Finished> =>
  runCommand(['report', 'cost', ...options], { ...service.environment });

/** A service that has answered three utterances by a model, one of them again from its cache, and one by rules alone. */
async function busyService(): Promise<ModelService> {
  const service = await startModelService();
  service.provider.plan(turnOn);
  const ask = (text: string, user: string) => service.ask({ text, user, room: 'salon' });
  await ask('zapal kinkiet w salonie', 'anna');
  await ask('zapal lampkę w sypialni', '=jan');
  await ask('zapal kinkiet w salonie', 'jan');
  service.provider.plan(() => ({ kind: 'status', status: 400 }));
  await ask('zapal światło w kuchni', 'jan');
  await expect
    .poll(async () => {
      const { body } = await costs(service);
      return [(body['total'] as { free: number }).free, (body['utterances'] as { all: number }).all];
    })
    .toEqual([1, 4]);
  return service;
}

describe('a report of what was spent', () => {
  test('tells over HTTP what the provider billed, and what that is an utterance', async () => {
    const service = await busyService();
    const billed = service.provider.billed();
    const tokens = service.provider.bill.map((item) => item.tokens);
    const { status, body } = await costs(service, '?by=model&from=today');
    expect(status).toBe(200);
    const sums = {
      ...{ metered: 2, unknown: 0, free: 1, cached_tokens: 0, written_tokens: 0, unsure_usd: 0 },
      prompt_tokens: tokens.reduce((sum, { prompt }) => sum + prompt, 0),
      completion_tokens: tokens.reduce((sum, { completion }) => sum + completion, 0),
      cost_usd: billed / 1e9,
    };
    const today = new Date().toISOString().slice(0, 10);
    expect(body).toEqual({
      ...{ from: today, to: today, time_zone: 'UTC', by: 'model' },
      rows: [{ model: 'openai:gpt-5-mini', ...sums }],
      total: sums,
      unaccounted_usd: 0,
      utterances: { all: 4, cache: 1, llm: 2, rules: 1, none: 0, asked: 3 },
      per_1000_utterances_usd: Math.round((billed * 1000) / 4) / 1e9,
      average_usd: Math.round(billed / 3) / 1e9,
      target_usd: 0.02,
      saved_usd: { cache: (service.provider.bill[0]?.cost ?? 0) / 1e9, rules: 0 },
      projection: {
        ...{ month: today.slice(0, 7), spent_usd: billed / 1e9, limit_usd: 50 },
        expected_usd: expect.any(Number),
      },
    });
    const byOrigin = (await costs(service, '?by=origin')).body['rows'] as {
      origin: string;
      metered: number;
    }[];
    expect(byOrigin.map(({ origin, metered: count }) => [origin, count]).toSorted()).toEqual([
      ['=jan', 1],
      ['anna', 1],
      ['jan', 0],
    ]);
  });

  test('is the same on the command line, as a table, as JSON and for a spreadsheet', async () => {
    const service = await busyService();
    const billed = formatDollars(service.provider.billed());
    const table = await report(service, '--by', 'provider');
    expect(table).toMatchObject({ code: 0, errors: '' });
    expect(table.output).toMatch(
      /\nprovider +calls +refused +prompt +cached +completion +dollars +of it unsure\n/,
    );
    expect(table.output).toMatch(new RegExp(`\\nopenai +2 +1 +\\d+ +0 +\\d+ +${billed}\\n`));
    expect(table.output).toContain('4 utterances: 1 answered from the cache, 2 by a model, 1 by rules');
    expect(table.output).toMatch(/within the \$0\.02 it should/);

    const json = JSON.parse((await report(service, '--by', 'month', '--json')).output);
    expect(json).toMatchObject({ rows: [{ cost_usd: billed }], total: { cost_usd: billed } });

    const { output } = await report(service, '--by', 'origin', '--format', 'csv');
    const [head, ...rows] = output.split('\r\n');
    expect(head).toBe(
      'origin,metered,unknown,free,prompt_tokens,cached_tokens,written_tokens,completion_tokens,cost_usd,unsure_usd',
    );
    expect(rows.map((row) => row.split(',')[0]).toSorted()).toEqual(['', "'=jan", 'anna', 'jan']);

    // As a link, which is what a folder of daily jobs has.
    const link = join(await temporaryFolder(), 'daily');
    await symlink(join(import.meta.dirname, '../../scripts/llm-cost-report'), link);
    const nothing = await promisify(execFile)(link, ['--format', 'json'], {
      env: { ...process.env, ...service.environment },
    });
    expect(JSON.parse(nothing.stdout)).toMatchObject({ by: 'model', rows: [], total: { cost_usd: '0' } });
  });

  test('is of nothing where no service has spent anything, and says so', async () => {
    const name = ownName();
    const environment = { ...whereRedisIs(name), KEY_PREFIX: `${name}:` };
    const { code, output, errors } = await runCommand(['report', 'cost', '--json'], environment);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ rows: [] });
    expect(errors).toBe('no service has opened this budget yet\n');
  });

  test('is not written in two ways at once', async () => {
    const { code, errors } = await runCommand(['report', 'cost', '--json', '--format', 'csv'], {});
    expect(code).toBe(2);
    expect(errors).toMatch(/--json.* cannot be used with .*--format/);
  });

  test('is held against what the provider exports, and fails where that differs', async () => {
    const service = await busyService();
    const start = Math.floor(Date.now() / 86_400_000) * 86_400;
    const tokens = service.provider.bill.map((item) => item.tokens);
    const result = {
      object: 'organization.usage.completions.result',
      input_tokens: tokens.reduce((sum, { prompt }) => sum + prompt, 0),
      output_tokens: tokens.reduce((sum, { completion }) => sum + completion, 0),
      input_cached_tokens: 0,
      num_model_requests: 2,
      model: 'gpt-5-mini-2025-08-07',
    };
    const file = join(await temporaryFolder(), 'usage.json');
    const write = (results: readonly object[]) =>
      writeFile(
        file,
        JSON.stringify({
          object: 'page',
          data: [{ object: 'bucket', start_time: start, end_time: start + 86_400, results }],
        }),
      );
    await write([result]);
    expect(await report(service, '--reconcile', file)).toEqual({
      ...{ code: 0, output: '1 of 1 lines are equal\n', errors: '' },
    });
    await write([{ ...result, num_model_requests: 3 }]);
    const differs = await report(service, '--reconcile', file);
    expect(differs.code).toBe(1);
    expect(differs.output).toMatch(/\n\d{4}-\d\d-\d\d +gpt-5-mini +requests +2 +3 +different\n/);
    expect(differs.errors).toContain('1 of 1 lines differ');
    const csv = await report(service, '--reconcile', file, '--format', 'csv');
    expect(csv.output.split('\r\n')).toEqual([
      'day,model,verdict,books_requests,books_prompt_tokens,books_cached_tokens,books_completion_tokens,books_cost_usd,' +
        'provider_requests,provider_prompt_tokens,provider_cached_tokens,provider_completion_tokens,provider_cost_usd',
      expect.stringMatching(/^\d{4}-\d\d-\d\d,gpt-5-mini,different,2,.*,$/),
      '',
    ]);
    expect(await report(service, '--reconcile', file, '--from', 'today')).toMatchObject({
      ...{ code: 2, errors: expect.stringContaining('cannot be used with') },
    });
    await writeFile(file, 'date;cost');
    expect(await report(service, '--reconcile', file)).toMatchObject({
      ...{ code: 2, output: '', errors: expect.stringMatching(/cannot use .* line 1 is no JSON/) },
    });
  });

  test('of days that are none is a mistake, and needs the token where there is one', async () => {
    const service = await startModelService({ HTTP_TOKEN: 'a-long-secret' });
    expect((await costs(service)).status).toBe(401);
    const ask = (query: string) =>
      fetch(`${service.url}/api/v1/costs${query}`, { headers: { authorization: 'Bearer a-long-secret' } });
    expect((await ask('')).status).toBe(200);
    for (const query of [
      '?by=colour',
      '?from=2026-02-30',
      '?to=2020-01-01&from=2026',
      '?from=a&from=b',
      '?for=x',
    ]) {
      const response = await ask(query);
      expect([query, response.status]).toEqual([query, 422]);
      expect(((await response.json()) as { detail: string }).detail).not.toBe('');
    }
    expect(await report(service, '--from', '2026-02-30')).toMatchObject({ code: 2, output: '' });
    expect(await report(service, '--by', 'colour')).toMatchObject({ code: 2, output: '' });
  });
});

describe('the books behind it', () => {
  async function aHouse(now = Date.parse('2026-11-16T11:00:00Z')) {
    const keyPrefix = `${ownName()}:`;
    const clock = wallClock(now);
    const timeZone = 'Europe/Warsaw';
    const ledger = await startLedger({
      ...{ url: inject('redisUrl'), settlingMs: 0, cap: 1_000_000, keyPrefix, clock, timeZone },
    });
    await opened(ledger);
    const redis = openRedis();
    const books = createCostBooks({ redis, keyPrefix, timeZone, monthly: () => 5000, clock });
    const spend = async (cost: number): Promise<void> => {
      const expense = anExpense(1000);
      expect(await reserve(ledger, expense)).toBe('reserved');
      ledger.settle(expense.id, metered(cost));
    };
    const told = async (asked: Partial<Parameters<typeof books.report>[0]> = {}): Promise<CostReport> => {
      const found = await books.report({ by: 'day', ...asked });
      if ('mistake' in found) throw new Error(found.mistake);
      return found;
    };
    return { keyPrefix, clock, ledger, redis, spend, told };
  }

  test('expect the month to go on as it began', async () => {
    // Noon in Warsaw on the 16th: half of the 30 days, and half a day, are over.
    const { spend, told } = await aHouse();
    await spend(310);
    await expect.poll(async () => (await told()).total.cost).toBe(310);
    expect((await told()).projection).toEqual({ month: '2026-11', spent: 310, expected: 600, limit: 5000 });
    expect((await told({ to: 'yesterday' })).projection).toBeUndefined();
  });

  test('have a line for each day or month of the range, and nothing of others', async () => {
    const { clock, spend, told } = await aHouse(Date.parse('2026-10-31T22:30:00Z'));
    await spend(1);
    clock.set(Date.parse('2026-10-31T23:30:00Z'));
    await spend(2);
    clock.set(Date.parse('2026-11-02T12:00:00Z'));
    await spend(4);
    await expect.poll(async () => (await told({ from: '2026-10' })).total.cost).toBe(7);
    const lines = async (asked: Parameters<typeof told>[0]) =>
      (await told(asked)).rows.map(({ name, sums }) => [name, sums.cost]);
    expect(await lines({ from: '2026-10' })).toEqual([
      ['2026-10-31', 1],
      ['2026-11-01', 2],
      ['2026-11-02', 4],
    ]);
    expect(await lines({ from: '2026-10', by: 'month' })).toEqual([
      ['2026-10', 1],
      ['2026-11', 6],
    ]);
    expect(await lines({})).toEqual([
      ['2026-11-01', 2],
      ['2026-11-02', 4],
    ]);
  });

  test('name what counts as spent and belongs to no call', async () => {
    const { redis, keyPrefix, spend, told } = await aHouse();
    await spend(300);
    await expect.poll(async () => (await told()).total.cost).toBe(300);
    await redis.hincrby(`${keyPrefix}v1:{budget}:totals`, 's|all|day:2026-11-16', 50);
    expect(await told()).toMatchObject({ total: { cost: 300 }, unaccounted: 50 });
  });

  test('estimate what rules saved that go first by what an utterance cost else', async () => {
    const { redis, keyPrefix, clock, ledger, spend, told } = await aHouse();
    const answers = createAnswerBooks({
      ...{ redis, keyPrefix, clock, dayAt: ledger.dayAt, rulesGoFirst: true },
      failed: (error) => {
        throw error;
      },
    });
    const meaning = { status: 'expired' } as const;
    const use = { provider: 'p', model: 'm', promptVersion: 'v', cost: 300 };
    const by = (given: Partial<Recognition>): void =>
      answers.answered({ meaning, source: 'rules', ...given });
    for (let count = 0; count < 5; count += 1) by({});
    by({ source: 'llm', use: { ...use, promptTokens: 1, completionTokens: 1, cachedTokens: 0 } });
    by({ source: 'cache', saved: 12 });
    by({ fallbackReason: 'timeout' });
    await spend(300);
    await answers.close(5000);
    await expect.poll(async () => (await told()).total.cost).toBe(300);
    expect(await told()).toMatchObject({
      utterances: { all: 8, bySource: { cache: 1, llm: 1, rules: 6, none: 0 }, asked: 1 },
      ...{ average: 300, per1000: 37_500, saved: { cache: 12, rules: 1500 } },
    });
  });

  test('of two years are read to the last line, whatever they are asked by', async () => {
    const { redis, keyPrefix, clock, told } = await aHouse();
    const people = Array.from({ length: 50 }, (_, index) => `person ${index}`);
    const days = Array.from({ length: 731 }, (_, index) =>
      new Date(clock.now() - index * 86_400_000).toISOString().slice(0, 10),
    );
    for (const day of days) {
      const key = (name: string): string => `${keyPrefix}v1:{budget}:days:${day}:${name}`;
      await redis
        .pipeline()
        .hset(key('model'), 'openai:m|cost', 50, 'openai:m|metered', 50, 'groq:m|cost', 7)
        .hset(key('origin'), ...people.flatMap((name) => [`${name}|cost`, 1, `${name}|metered`, 1]))
        .hset(key('variant'), '(none)|cost', 57)
        .hset(key('answers'), 'llm', 50, 'asked', 50)
        .exec();
    }
    const from = days.at(-1) ?? '';
    const costs = async (by: ReportBy) =>
      (await told({ from, by })).rows.map(({ name, sums }) => `${name} ${sums.cost}`);
    expect(await costs('provider')).toEqual([`openai ${50 * 731}`, `groq ${7 * 731}`]);
    expect(await costs('variant')).toEqual([`(none) ${57 * 731}`]);
    expect((await costs('origin')).toSorted()).toEqual(people.map((name) => `${name} 731`).toSorted());
    expect(await costs('day')).toHaveLength(731);
    expect(await told({ from, by: 'origin' })).toMatchObject({
      total: { cost: 57 * 731, metered: 50 * 731 },
      utterances: { all: 50 * 731 },
    });
  });
});
