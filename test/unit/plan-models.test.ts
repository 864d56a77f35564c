import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import { planModels } from '../../src/plan-models.ts';

const KEYS = { OPENAI_API_KEY: 'sk-a', DEEPSEEK_API_KEY: 'sk-b' };

async function plan(environment: Readonly<Record<string, string>>) {
  const { models, arms, economy } = await planModels(await loadConfig(environment), systemClock);
  const [{ choices: full }] = arms;
  const names = (choices: typeof full) => choices.map(({ provider, model }) => `${provider}:${model}`);
  return { models, full: names(full), economy: names(economy), choices: { full, economy } };
}

describe('in economy', () => {
  test('the cheapest of those are asked that are asked anyway', async () => {
    const LLM_PROVIDERS = 'openai:gpt-5-mini,openai:gpt-5-nano,deepseek:deepseek-chat';
    const { full, economy } = await plan({ ...KEYS, LLM_PROVIDERS });
    expect(full).toEqual(LLM_PROVIDERS.split(','));
    expect(economy).toEqual(['openai:gpt-5-nano']);
  });

  test('those that cost nothing are the cheapest, all of them', async () => {
    const LLM_PROVIDERS = 'openai:gpt-5-mini,local:small,mock:any';
    const { economy } = await plan({ ...KEYS, LLM_PROVIDERS });
    expect(economy).toEqual(['local:small', 'mock:mock-any']);
  });

  test('those are asked that are listed, in their order, and each model is one', async () => {
    const { full, economy, models, choices } = await plan({
      ...KEYS,
      LLM_PROVIDERS: 'openai:gpt-5,openai:gpt-5-mini',
      LLM_INTENT_MODE__ECONOMY__MODELS: 'openai:gpt-5-nano,openai:gpt-5-mini',
    });
    expect(full).toEqual(['openai:gpt-5', 'openai:gpt-5-mini']);
    expect(economy).toEqual(['openai:gpt-5-nano', 'openai:gpt-5-mini']);
    expect(models).toHaveLength(3);
    expect(choices.economy[1]).toBe(choices.full[1]);
  });

  test('nobody is asked where nobody is asked otherwise', async () => {
    const listed = { LLM_INTENT_MODE__ECONOMY__MODELS: 'openai:gpt-5-nano' };
    expect(await plan({ ...listed })).toMatchObject({ models: [], full: [], economy: [] });
    expect(await plan({ ...KEYS, ...listed, RESOLVERS: 'rules' })).toMatchObject({ models: [], economy: [] });
  });

  test('a model that cannot be asked, or has no price, stops the start at its field', async () => {
    const LLM_PROVIDERS = 'openai:gpt-5-mini';
    const listed = (model: string) =>
      plan({ OPENAI_API_KEY: 'sk-a', LLM_PROVIDERS, LLM_INTENT_MODE__ECONOMY__MODELS: model });
    await expect(listed('groq:some')).rejects.toThrow(
      /^LLM_INTENT_MODE__ECONOMY__MODELS: groq: there is no key/,
    );
    await expect(listed('openai:unheard-of')).rejects.toThrow(/nobody knows what openai:unheard-of costs/);
  });
});
