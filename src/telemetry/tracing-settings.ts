import type { Config } from '../config/schema.ts';

export type TracingSettings = Config['tracing'];

/** Who records the spans. */
export interface SpanOrigin {
  /** `llm-intent`, where the settings say nothing else. */
  readonly service: string;
  /** Which of several replicas. */
  readonly instance: string;
  readonly version: string;
}

export interface Tracing {
  /** Sends what was recorded, as long as sending may take, and records no more. Never rejects. */
  stop(): Promise<void>;
}

/** Where spans go: as is said, else wherever there is an endpoint. */
export function chosenExporter({
  exporter,
  disabled,
  otlp,
  jaeger,
}: Pick<TracingSettings, 'exporter' | 'disabled' | 'otlp' | 'jaeger'>): NonNullable<
  TracingSettings['exporter']
> {
  if (disabled) return 'none';
  if (exporter) return exporter;
  if (otlp.endpoint ?? otlp.traces_endpoint) return 'otlp';
  return (jaeger.endpoint ?? jaeger.agent_host) ? 'jaeger' : 'none';
}
