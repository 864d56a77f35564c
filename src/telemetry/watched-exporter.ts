import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** What becomes of exports: told when it changes, and not each time. */
interface ExportEvents {
  trouble(reason: string): void;
  recovered(): void;
}

interface WatchedExporter {
  readonly exporter: SpanExporter;
  /** Waits for nothing that is still under way. */
  abandon(): void;
}

/**
 * Sees to it that every export ends, and tells what becomes of them. Jaeger's never ends where a server takes a request
 * and says nothing; one that is overdue is replaced, which closes its connections.
 *
 * @param make makes the exporter that does the work
 * @param overdueMs after which an export has failed, whatever it says later
 */
export function createWatchedExporter({
  make,
  overdueMs,
  events,
}: {
  make: () => SpanExporter;
  overdueMs: number;
  events: ExportEvents;
}): WatchedExporter {
  let current = make();
  let isTroubled = false;
  const underWay = new Set<(error: Error) => void>();

  function tell(error: Error | undefined): void {
    if (error && !isTroubled) events.trouble(error.message);
    if (!error && isTroubled) events.recovered();
    isTroubled = error !== undefined;
  }

  function replace(): void {
    const overdue = current;
    current = make();
    // It failed already, and that was told.
    overdue.shutdown().catch(() => undefined);
  }

  return {
    exporter: {
      export(spans, done: (result: ExportResult) => void) {
        const exporter = current;
        const end = (error?: Error): void => {
          if (!underWay.delete(fail)) return;
          clearTimeout(timer);
          tell(error);
          done(error ? { code: ExportResultCode.FAILED, error } : { code: ExportResultCode.SUCCESS });
        };
        const fail = (error: Error): void => end(error);
        const timer = setTimeout(() => {
          if (exporter === current) replace();
          end(new Error(`no answer within ${overdueMs} ms`));
        }, overdueMs);
        underWay.add(fail);
        try {
          exporter.export(spans, ({ code, error }) =>
            end(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('it was refused'))),
          );
        } catch (error) {
          end(error instanceof Error ? error : new Error(String(error)));
        }
      },
      shutdown: () => current.shutdown(),
    },
    abandon() {
      for (const fail of [...underWay]) fail(new Error('the stop left no more time'));
      current.shutdown().catch(() => undefined);
    },
  };
}
