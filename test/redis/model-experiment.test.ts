import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ledgerKeys } from '../../src/budget/ledger-keys.ts';
import { BUILT_IN_TEMPLATES } from '../../src/llm/prompts.ts';
import { records } from '../support/ledger.ts';
import { picking, startModelService } from '../support/model-service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONFIG = join(import.meta.dirname, '../../config');
const VARIANTS = [
  { name: 'control', weight: 1 },
  { name: 'curt', weight: 1, prompt: 'curt', providers: ['openai:gpt-4.1-nano'] },
];
const MODELS: Readonly<Record<string, string>> = { control: 'gpt-5-mini', curt: 'gpt-4.1-nano' };
const USERS = ['anna', 'jan', 'ola', 'piotr', 'zofia', 'marek', 'ewa', 'adam'];

test('an experiment gives each user one variant, and tells it on outputs, metrics and in the ledger', async () => {
  const folder = join(await temporaryFolder(), 'config');
  await cp(CONFIG, folder, { recursive: true });
  await mkdir(join(folder, 'prompts/default'), { recursive: true });
  await writeFile(
    join(folder, 'prompts/default/recognise.curt.txt'),
    `${BUILT_IN_TEMPLATES.recognise}\nBe curt.`,
  );
  const { provider, say, answers, metrics, redis, keyPrefix } = await startModelService({
    LLM_INTENT_CONFIG: folder,
    LLM_INTENT_LLM__VARIANTS: JSON.stringify(VARIANTS),
  });
  provider.plan(({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'light.turn_on') }));

  // The same words: a variant's answers are known to its own users only.
  for (const [index, user] of USERS.entries()) {
    await say({ transcript: 'zapal światło w kuchni', room: 'salon', user });
    await answers(index + 1);
  }
  const first = await answers(USERS.length);
  const asked = first.filter(({ source }) => source === 'llm');
  expect(asked.map(({ variant }) => variant).sort()).toEqual(['control', 'curt']);
  for (const { variant, model } of asked) expect(model).toBe(MODELS[String(variant)]);
  expect(first.filter(({ source }) => source === 'cache')).toHaveLength(USERS.length - 2);
  for (const { body } of provider.requests) {
    expect(body.messages[0]?.content.endsWith('Be curt.')).toBe(body.model === MODELS['curt']);
  }

  const own = new Map<unknown, Set<unknown>>();
  for (let round = 1; round <= 2; round += 1) {
    for (const [index, user] of USERS.entries()) {
      await say({ transcript: `zapal światło na ${round * 10 + index} procent`, room: 'salon', user });
      const { variant } = (await answers(USERS.length * round + index + 1)).at(-1) ?? {};
      own.set(user, (own.get(user) ?? new Set()).add(variant));
    }
  }
  expect([...own.values()].map((variants) => variants.size)).toEqual(USERS.map(() => 1));

  const all = (await answers(USERS.length * 3)).filter(({ source }) => source === 'llm');
  const counted = await metrics();
  for (const [variant, model] of Object.entries(MODELS)) {
    const count = all.filter((answer) => answer['variant'] === variant).length;
    expect(count).toBeGreaterThan(0);
    const labels = `provider="openai",model="${model}",variant="${variant}",outcome="answered"`;
    expect(counted.get(`llm_requests_total{${labels}}`)).toBe(count);
    await expect
      .poll(
        async () =>
          (await records(redis, ledgerKeys(keyPrefix))).filter(
            (record) => record['variant'] === variant && record['model'] === model,
          ).length,
      )
      .toBe(count);
  }
}, 60_000);
