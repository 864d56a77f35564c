import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { capabilitiesOf } from '../../../src/llm/capabilities.ts';
import { chooseProviders } from '../../../src/llm/choose-providers.ts';

const choose = (llm: Record<string, unknown>) => chooseProviders(configSchema.parse({ llm }).llm);

describe('who is asked', () => {
  test('is everybody with a key, in the order of the configuration', () => {
    const { chosen, mistakes } = choose({
      groq: { api_keys: ['g'] },
      openai: { api_keys: ['o', 'second'], base_url: 'https://proxy.example/v1' },
    });
    expect(mistakes).toEqual([]);
    expect(chosen).toEqual([
      {
        kind: 'openai wire',
        provider: 'openai',
        model: 'gpt-5-mini',
        accounts: [
          { name: 'key 1 of 2', baseUrl: 'https://proxy.example/v1', apiKey: 'o', weight: 1 },
          { name: 'key 2 of 2', baseUrl: 'https://proxy.example/v1', apiKey: 'second', weight: 1 },
        ],
        isRemote: true,
      },
      expect.objectContaining({
        provider: 'groq',
        accounts: [{ name: '', baseUrl: 'https://api.groq.com/openai/v1', apiKey: 'g', weight: 1 }],
      }),
    ]);
  });

  test('is whoever is named, with models that have colons in their names', () => {
    const { chosen } = choose({ providers: ['local:qwen3:4b', 'mock:anything'] });
    expect(chosen).toEqual([
      {
        kind: 'openai wire',
        provider: 'local',
        model: 'qwen3:4b',
        accounts: [{ name: '', baseUrl: 'http://127.0.0.1:11434/v1', weight: 1 }],
        isRemote: false,
      },
      { kind: 'mock', provider: 'mock', model: 'mock-anything', isRemote: false },
    ]);
  });

  test('is nobody without a key', () => {
    expect(choose({})).toEqual({ chosen: [], mistakes: [] });
  });

  test('is told how to become one, where something is missing', () => {
    expect(choose({ providers: ['gemini:gemini-2.5-flash'] }).mistakes).toEqual([
      { provider: 'gemini', message: expect.stringContaining('set GEMINI_API_KEY') },
    ]);
    expect(choose({ local: { base_url: 'http://nas:8080/v1' } }).mistakes).toEqual([
      { provider: 'local', message: expect.stringContaining('llm.local.model') },
    ]);
  });
});

test('a model is at home only where all its addresses are', () => {
  const remoteness = (...base_url: readonly string[]) =>
    choose({ local: { model: 'qwen', base_url } }).chosen.map(({ isRemote }) => isRemote);
  expect(remoteness()).toEqual([false]);
  expect(remoteness('http://nas:8080/v1', 'http://10.0.0.2/v1')).toEqual([false]);
  expect(remoteness('http://nas:8080/v1', 'https://api.openai.com/v1')).toEqual([true]);
  expect(choose({ openai: { api_keys: ['k'], base_url: 'http://127.0.0.1/v1' } }).chosen).toMatchObject([
    { isRemote: true },
  ]);
});

test.each([
  ['openai', 'gpt-5-nano', { temperature: false, extra: { reasoning_effort: 'minimal' } }],
  ['openai', 'gpt-5.1', { temperature: false, extra: { reasoning_effort: 'none' } }],
  ['openai', 'gpt-4o-mini', { temperature: true, encoding: 'o200k_base', lengthField: 'max_tokens' }],
  ['anthropic', 'claude-haiku-4-5', { format: 'json_schema', temperature: false }],
  ['anthropic', 'claude-3-5-haiku-latest', { format: 'text', extra: {} }],
  ['deepseek', 'deepseek-chat', { format: 'json_object', extra: {} }],
  ['deepseek', 'deepseek-v4-flash', { extra: { thinking: { type: 'disabled' } } }],
  ['groq', 'qwen/qwen3-32b', { format: 'json_object', extra: { reasoning_effort: 'none' } }],
  ['groq', 'llama-3.1-8b-instant', { format: 'json_object', lengthField: 'max_completion_tokens' }],
  ['openrouter', 'openai/gpt-5-mini', { temperature: false, extra: { reasoning: { effort: 'minimal' } } }],
  ['gemini', 'gemini-2.5-flash-lite', { extra: { reasoning_effort: 'none' } }],
  ['gemini', 'gemini-3-flash', { extra: { reasoning_effort: 'low' } }],
  ['local', 'qwen3:4b', { extra: { reasoning_effort: 'none' } }],
  ['local', 'gpt-5-mini', { format: 'json_schema', temperature: true, lengthField: 'max_tokens' }],
])('%s:%s is asked in its own way', (provider, model, expected) => {
  expect(capabilitiesOf(provider, model)).toMatchObject(expected);
});
