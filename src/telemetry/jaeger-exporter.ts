import { JaegerExporter } from '@opentelemetry/exporter-jaeger';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingSettings } from './tracing-settings.ts';

/** Where a collector takes spans, if its address says nothing else. */
const PATH = '/api/traces';

/**
 * Sends spans as Jaeger's own Thrift: over HTTP where there is an endpoint, else over UDP to an agent. It is built for
 * another version of the SDK, and reads of a span only what both have.
 */
export function createJaegerExporter({
  endpoint,
  agent_host,
  agent_port,
  user,
  password,
}: TracingSettings['jaeger']): SpanExporter {
  const exporter = new JaegerExporter({
    ...(endpoint !== undefined && { endpoint: withPath(endpoint) }),
    host: agent_host ?? '127.0.0.1',
    port: agent_port,
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password }),
    // It has nothing left by then, and its timer would keep the process.
    flushTimeout: 1,
  });
  return exporter as unknown as SpanExporter;
}

function withPath(endpoint: string): string {
  const address = new URL(endpoint);
  if (address.pathname === '/') address.pathname = PATH;
  return address.href;
}
