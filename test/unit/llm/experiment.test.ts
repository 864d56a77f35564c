import { describe, expect, test } from 'vitest';
import { originOf } from '../../../src/intent/origin.ts';
import type { ProviderChoice } from '../../../src/llm/choose-providers.ts';
import { createAssignment } from '../../../src/llm/experiment.ts';
import { BUILT_IN_PROMPTS, BUILT_IN_TEMPLATES, createPrompts } from '../../../src/llm/prompts.ts';
import { startModelStep } from '../../support/model-step.ts';

const ORIGINS = Array.from({ length: 10_000 }, (_, index) => `user ${index}`);
const arm = (variant: string, weight: number) => ({ variant, weight });

function sharesOf(
  assign: (origin: string) => { readonly variant: string },
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const origin of ORIGINS) {
    const { variant } = assign(origin);
    counts[variant] = (counts[variant] ?? 0) + 1;
  }
  return counts;
}

describe('origins', () => {
  test('are users, else rooms', () => {
    expect(originOf({ user: 'anna', room: 'salon' })).toBe('anna');
    expect(originOf({ room: 'salon' })).toBe('salon');
    expect(originOf({})).toBe('unknown');
  });

  test('are shared out by the weights', () => {
    const { a = 0, b = 0, c = 0 } = sharesOf(createAssignment([arm('a', 7), arm('b', 2), arm('c', 1)]));
    // What is shared out is fixed: these numbers do not change from run to run.
    expect([a, b, c].map((count) => Math.round(count / 200))).toEqual([35, 10, 5]);
  });

  test('stay with their arm, whichever process asks', () => {
    const arms = () => [arm('a', 1), arm('b', 1)] as const;
    const [one, other] = [createAssignment([...arms()]), createAssignment([...arms()])];
    for (const origin of ORIGINS.slice(0, 500)) expect(one(origin).variant).toBe(other(origin).variant);
    const wide = createAssignment([arm('a', 3), arm('b', 1)]);
    const moved = ORIGINS.filter((origin) => one(origin).variant === 'a' && wide(origin).variant !== 'a');
    expect(moved).toEqual([]);
  });

  test('are shared out anew by another experiment', () => {
    const first = createAssignment([arm('a', 1), arm('b', 1)]);
    const second = createAssignment([arm('x', 1), arm('y', 1)]);
    const both = ORIGINS.filter((origin) => first(origin).variant === 'a' && second(origin).variant === 'x');
    expect(Math.round(both.length / 500)).toBe(5);
  });

  test('have one arm where no experiment runs', () => {
    expect(createAssignment([{ weight: 1 }])('anybody')).toEqual({ weight: 1 });
  });
});

describe('the arm of an experiment', () => {
  const choice = (model: string, baseUrl: string): ProviderChoice => ({
    kind: 'openai wire',
    provider: 'openai',
    ...{ model, accounts: [{ name: '', baseUrl, apiKey: 'k', weight: 1 }], isRemote: true },
  });
  const curt = createPrompts({ ...BUILT_IN_TEMPLATES, recognise: 'Match what was said. Be curt.' });
  const start = () =>
    startModelStep({
      arms(url) {
        const [large, small] = [choice('gpt-4.1-mini', url), choice('gpt-4.1-nano', url)];
        return [
          { variant: 'control', choices: [large], prompts: BUILT_IN_PROMPTS },
          { variant: 'curt', choices: [small, large], prompts: curt },
        ];
      },
    });

  test('asks its models with its prompts, and is recorded with what that took', async () => {
    const { ask, server, purse, calls } = await start();
    expect(await ask({ variant: 'control' })).toMatchObject({
      use: { variant: 'control', model: 'gpt-4.1-mini', promptVersion: BUILT_IN_PROMPTS.version },
    });
    expect(await ask({ variant: 'curt' })).toMatchObject({
      use: { variant: 'curt', model: 'gpt-4.1-nano', promptVersion: curt.version },
    });
    expect(server.requests.map(({ body }) => body.messages[0]?.content)).toEqual([
      BUILT_IN_PROMPTS.recognise,
      curt.recognise,
    ]);
    expect(calls.map(({ variant }) => variant)).toEqual(['control', 'curt']);
    expect(purse.expenses.map(({ variant }) => variant)).toEqual(['control', 'curt']);
  });

  test('shares its models with the others: health tells each once', async () => {
    const { model } = await start();
    expect(model.providers().map((status) => status.model)).toEqual(['gpt-4.1-mini', 'gpt-4.1-nano']);
  });

  test('is one that there is', async () => {
    const { ask, server } = await start();
    await expect(ask({ variant: 'other' })).rejects.toThrow('no arm is called other');
    expect(server.requests).toEqual([]);
  });
});
