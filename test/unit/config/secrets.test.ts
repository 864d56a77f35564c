import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { secretsOf } from '../../../src/config/secrets.ts';

test('whatever is a secret is known as one, as it is written and as it is sent', async () => {
  const config = await loadConfig({
    OPENAI_API_KEY: 'sk-openai-one,sk-openai-two',
    ANTHROPIC_API_KEY: 'sk-anthropic',
    HTTP_TOKEN: 'http-token',
    HA_TOKEN: 'ha-token-of-mine',
    BUDGET_WEBHOOK_URL: 'https://hooks.example/secret',
    REDIS_URL: 'redis://anna:red%21password@127.0.0.1:6379',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector-token,x-tenant=home',
    OTEL_EXPORTER_JAEGER_PASSWORD: 'jaeger-password',
  });
  expect(secretsOf(config)).toEqual(
    expect.arrayContaining([
      ...['sk-openai-one', 'sk-openai-two', 'sk-anthropic', 'http-token', 'ha-token-of-mine'],
      ...[
        'https://hooks.example/secret',
        'red%21password',
        'red!password',
        'collector-token',
        'jaeger-password',
      ],
    ]),
  );
});

test('where nothing is set there are none, and nothing short or empty is struck out', async () => {
  expect(secretsOf(await loadConfig({}))).toEqual([]);
  expect(secretsOf(await loadConfig({ REDIS_URL: 'redis://:abc@127.0.0.1:6379' }))).toEqual([]);
});
