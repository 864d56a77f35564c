import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/config/fingerprint.ts';
import { takeLive } from '../../../src/config/live.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { configFolder } from '../../support/config-folder.ts';

const running = await loadConfig({});
const changed = (environment: Readonly<Record<string, string>>) => loadConfig(environment);

test('what can take effect is taken, and nothing else', async () => {
  const { config, waiting } = takeLive(
    running,
    await changed({
      PORT: '9000',
      LLM_DEADLINE_MS: '3000',
      LLM_TIMEOUT_MS: '1500',
      PROCESSOR_ID: 'another',
      DAILY_LLM_BUDGET_USD: '1.00',
      BUDGET_TIMEZONE: 'Europe/Warsaw',
      LLM_INTENT_LIMITS__HOUR: '7',
      LLM_INTENT_POLICY__RULES: '[{"action": "lock.*", "decision": "deny"}]',
    }),
  );
  expect(config).toMatchObject({
    processor_id: running.processor_id,
    http: running.http,
    budget: { daily_usd: 1_000_000_000, time_zone: 'UTC' },
    limits: { hour: 7 },
    llm: { timeout_ms: 1500, deadline_ms: running.llm.deadline_ms },
    policy: { rules: [{ action: 'lock.*', decision: 'deny' }] },
  });
  // Who reads the port's default name has another consumer on another port.
  expect(new Set(waiting)).toEqual(
    new Set(['processor_id', 'http.port', 'streams.consumer', 'budget.time_zone', 'llm.deadline_ms']),
  );
});

test('the same configuration changes nothing and waits for nothing', async () => {
  const { config, waiting } = takeLive(running, await changed({}));
  expect(waiting).toEqual([]);
  expect(await fingerprintOf(config)).toEqual(await fingerprintOf(running));
});

test('a field that is taken back is gone', async () => {
  const before = await changed({ LLM_PROVIDERS: 'mock:mock' });
  expect(takeLive(before, running).config.llm.providers).toBeUndefined();
});

test('the fingerprint is of what the files hold, wherever they lie', async () => {
  const [here, there] = [await configFolder(), await configFolder()];
  const of = async ({ folder }: typeof here) =>
    (await fingerprintOf(await changed({ LLM_INTENT_CONFIG: folder }))).version;
  const before = await of(here);
  expect(await of(there)).toBe(before);
  for (const name of ['intents.yaml', 'home.yaml', 'prices.yaml']) {
    const text = await readFile(join(here.folder, name), 'utf8');
    await writeFile(join(here.folder, name), `${text}\n`);
    expect(await of(here)).not.toBe(before);
    await writeFile(join(here.folder, name), text);
  }
  await here.write('prompts/default/recognise.txt', 'anything');
  expect(await of(here)).not.toBe(before);
  expect(await of(there)).toBe(before);
});

test('what makes no difference while the service runs makes none to the fingerprint', async () => {
  expect(await fingerprintOf(await changed({ PORT: '9000', PROCESSOR_ID: 'another' }))).toEqual(
    await fingerprintOf(running),
  );
  expect(await fingerprintOf(await changed({ LLM_INTENT_LIMITS__MINUTE: 'unlimited' }))).not.toMatchObject({
    version: (await fingerprintOf(running)).version,
  });
});

test('another key is another configuration, and the same version: each replica may have its own', async () => {
  const [one, other] = await Promise.all(
    ['sk-one', 'sk-other'].map(async (key) => fingerprintOf(await changed({ OPENAI_API_KEY: key }))),
  );
  expect(one?.version).toBe(other?.version);
  expect(one?.content).not.toBe(other?.content);
});
