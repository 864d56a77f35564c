import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { chosenExporter } from '../../../src/telemetry/tracing-settings.ts';

async function chosen(environment: Readonly<Record<string, string>>): Promise<string> {
  return chosenExporter((await loadConfig(environment)).tracing);
}

test('spans go nowhere until there is an endpoint, and then there', async () => {
  expect(await chosen({})).toBe('none');
  expect(await chosen({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toBe('otlp');
  expect(await chosen({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' })).toBe(
    'otlp',
  );
  expect(await chosen({ OTEL_EXPORTER_JAEGER_ENDPOINT: 'http://127.0.0.1:14268/api/traces' })).toBe('jaeger');
  expect(await chosen({ OTEL_EXPORTER_JAEGER_AGENT_HOST: 'jaeger' })).toBe('jaeger');
});

test('spans go where it is said, whatever endpoints there are', async () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect(await chosen({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBe('none');
  expect(await chosen({ ...endpoint, OTEL_TRACES_EXPORTER: 'console' })).toBe('console');
  expect(await chosen({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBe('none');
  expect(await chosen({ OTEL_TRACES_EXPORTER: 'otlp' })).toBe('otlp');
});

test('a setting that means nothing stops the start, with the variable and what was expected', async () => {
  const wrong = {
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '2',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_HEADERS: 'Bearer abc',
  };
  const failure = await loadConfig(wrong).catch((error: Error) => error);
  for (const variable of Object.keys(wrong)) expect(String(failure)).toContain(variable);
  expect(String(failure)).toContain('http/protobuf');
});
