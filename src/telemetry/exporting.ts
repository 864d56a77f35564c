import { context, type DiagLogger, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { defaultResource, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Logger } from './log.ts';
import { createSpanLog } from './span-log.ts';
import type { SpanOrigin, Tracing, TracingSettings } from './tracing-settings.ts';
import { createWatchedExporter } from './watched-exporter.ts';

/** Milliseconds after which somebody else has to end an export that does not end itself. */
const OVERDUE_MARGIN_MS = 500;

/** Records spans and sends them in the background: whoever is to take them may be slow or away. */
export async function startExporting({
  settings,
  exporter,
  origin,
  log,
}: {
  settings: TracingSettings;
  exporter: 'otlp' | 'jaeger' | 'console';
  origin: SpanOrigin;
  log: Logger;
}): Promise<Tracing> {
  const { batch } = settings;
  const told = { part: 'traces', operation: 'export' };
  const watched = createWatchedExporter({
    make: await makerOf(exporter, { settings, log }),
    overdueMs: batch.timeout_ms + OVERDUE_MARGIN_MS,
    events: {
      trouble: (reason) => log.warn({ event: 'trouble', ...told, reason }),
      recovered: () => log.info({ event: 'recovered', ...told }),
    },
  });
  diag.setLogger(
    onceEach((reason) => log.warn({ event: 'trouble', part: 'traces', operation: 'record', reason })),
    {
      logLevel: DiagLogLevel.WARN,
      suppressOverrideMessage: true,
    },
  );
  const sdk = new NodeSDK({
    serviceName: settings.service_name ?? origin.service,
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.version': origin.version,
        'service.instance.id': origin.instance,
      }),
    ),
    resourceDetectors: [envDetector],
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: watched.exporter,
        maxQueueSize: batch.queue,
        maxExportBatchSize: batch.size,
        scheduledDelayMillis: batch.delay_ms,
      }),
    ],
    // Spans are handed on by hand, and metrics and log have ways of their own.
    textMapPropagator: null,
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    async stop() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, batch.timeout_ms);
      // The exporter has told already what went wrong.
      await Promise.race([sdk.shutdown().catch(() => undefined), late.promise]);
      clearTimeout(timer);
      watched.abandon();
      for (const global of [trace, context, diag]) global.disable();
    },
  };
}

/** Each exporter is loaded only where it is chosen. */
async function makerOf(
  exporter: 'otlp' | 'jaeger' | 'console',
  { settings: { otlp, jaeger, batch }, log }: { settings: TracingSettings; log: Logger },
): Promise<() => SpanExporter> {
  switch (exporter) {
    case 'otlp': {
      const { OTLPTraceExporter } = await (otlp.protocol === 'http/json'
        ? import('@opentelemetry/exporter-trace-otlp-http')
        : import('@opentelemetry/exporter-trace-otlp-proto'));
      const url =
        otlp.traces_endpoint ?? `${(otlp.endpoint ?? 'http://127.0.0.1:4318').replace(/\/+$/, '')}/v1/traces`;
      return () =>
        new OTLPTraceExporter({
          url,
          headers: headersIn(otlp.headers ?? ''),
          timeoutMillis: batch.timeout_ms,
        });
    }
    case 'jaeger': {
      const { createJaegerExporter } = await import('./jaeger-exporter.ts');
      return () => createJaegerExporter(jaeger);
    }
    case 'console':
      return () => createSpanLog(log);
  }
}

function samplerOf({ sampler, sampler_ratio }: TracingSettings): Sampler {
  switch (sampler) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(sampler_ratio);
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampler_ratio) });
  }
}

function headersIn(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]];
  });
  return Object.fromEntries(pairs);
}

/** What the SDK complains of, each complaint once, whatever the numbers in it: dropped spans would fill the log. */
function onceEach(tell: (reason: string) => void): DiagLogger {
  const said = new Set<string>();
  const complain = (message: string): void => {
    const kind = message.replaceAll(/\d+/g, '#');
    if (said.has(kind)) return;
    said.add(kind);
    tell(message);
  };
  const ignore = (): void => undefined;
  return { error: ignore, warn: complain, info: ignore, debug: ignore, verbose: ignore };
}
