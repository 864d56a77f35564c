import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const at = (file: string): string => pathToFileURL(join(import.meta.dirname, '../../../src', file)).href;

/** The packages of OpenTelemetry that a process loads which starts to trace with such variables. */
async function loaded(environment: Readonly<Record<string, string>>): Promise<Set<string>> {
  const source = `
    import { registerHooks } from 'node:module';
    const packages = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        const name = /node_modules\\/(@opentelemetry\\/[^/]+)\\//.exec(found.url)?.[1];
        if (name) packages.add(name);
        return found;
      },
    });
    const { loadConfig } = await import('${at('config/load.ts')}');
    const { createLog } = await import('${at('telemetry/log.ts')}');
    const { startTracing } = await import('${at('telemetry/tracing.ts')}');
    const { tracing } = await loadConfig(${JSON.stringify(environment)});
    const log = createLog({ level: 'silent', processorId: 'test' });
    const origin = { service: 'test', instance: 'test', version: '0' };
    const { stop } = await startTracing(tracing, { log, origin });
    await stop();
    console.log(JSON.stringify([...packages]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source]);
  return new Set(JSON.parse(stdout) as string[]);
}

const ENDPOINT = 'http://127.0.0.1:9';

test('nothing of the SDK is loaded where spans go nowhere', async () => {
  expect(await loaded({})).toEqual(new Set(['@opentelemetry/api']));
});

test("Jaeger's exporter is loaded where it is chosen, and only there", async () => {
  const [otlp, jaeger] = await Promise.all([
    loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }),
    loaded({ OTEL_EXPORTER_JAEGER_ENDPOINT: ENDPOINT }),
  ]);
  expect(otlp).toContain('@opentelemetry/exporter-trace-otlp-proto');
  expect(otlp).not.toContain('@opentelemetry/exporter-jaeger');
  expect(jaeger).toContain('@opentelemetry/exporter-jaeger');
});
