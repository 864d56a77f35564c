import { trace } from '@opentelemetry/api';
import type { Logger } from './log.ts';
import { createPropagatingTracerProvider } from './propagation.ts';
import { chosenExporter, type SpanOrigin, type Tracing, type TracingSettings } from './tracing-settings.ts';

/**
 * Lets the spans of this process be recorded and sent, or, where they go nowhere, traces only be carried on. The SDK is
 * loaded where it is needed: it takes most of a second and some 40 MB. Once it has stopped, the process can be
 * traced anew.
 */
export async function startTracing(
  settings: TracingSettings,
  parts: { readonly origin: SpanOrigin; readonly log: Logger },
): Promise<Tracing> {
  const exporter = chosenExporter(settings);
  if (exporter === 'none') {
    const isOurs = trace.setGlobalTracerProvider(createPropagatingTracerProvider());
    return {
      async stop() {
        if (isOurs) trace.disable();
      },
    };
  }
  const { startExporting } = await import('./exporting.ts');
  return startExporting({ settings, exporter, ...parts });
}
