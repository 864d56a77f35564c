import type { FastifyInstance } from 'fastify';
import type { Exposition } from '../telemetry/exposition.ts';
import type { HealthReport } from '../telemetry/health.ts';
import type { LoadReport } from '../telemetry/load.ts';
import type { Access } from './access.ts';
import { Problem } from './problem.ts';

/** What can be asked of whatever runs. */
export interface WatchOperations {
  health(): Pick<HealthReport, 'status'>;
  isReady(): boolean;
  /** @param accept header of the request */
  metrics(accept: string | undefined): Promise<Exposition>;
}

/** `/health`, `/healthz`, `/ready` and `/metrics`: open to all, with details for those who may see them. */
export function addHealthRoutes(
  server: FastifyInstance,
  {
    operations,
    access,
    metricsPublic,
    publicLoad,
  }: {
    operations: WatchOperations;
    access: Access;
    metricsPublic: boolean;
    /** What `/health` tells everybody, where it tells them that much. */
    publicLoad?: () => LoadReport;
  },
): void {
  server.get(
    '/health',
    {
      config: {
        api: {
          summary: 'How the service is; 503 where it is unhealthy',
          isOpen: true,
          answer: { description: 'its status, and details for who may see them' },
          problems: [503],
        },
      },
    },
    (request, reply) => {
      const report = operations.health();
      reply.code(report.status === 'unhealthy' ? 503 : 200);
      if (access.isTrusted(request)) return report;
      return { status: report.status, ...(publicLoad && loadOf(publicLoad())) };
    },
  );

  server.get(
    '/healthz',
    {
      config: {
        api: { summary: 'Whether the process lives', isOpen: true, answer: { description: 'alive' } },
      },
    },
    () => ({ status: 'alive' }),
  );

  server.get(
    '/ready',
    {
      config: {
        api: {
          summary: 'Whether it takes work',
          isOpen: true,
          answer: { description: 'ready' },
          problems: [503],
        },
      },
    },
    () => {
      if (!operations.isReady())
        throw new Problem(503, 'not ready: it is starting or stopping, or Redis does not answer');
      return { status: 'ready' };
    },
  );

  server.get(
    '/metrics',
    {
      config: {
        api: {
          summary: 'What Prometheus scrapes',
          ...(metricsPublic && { isOpen: true as const }),
          answer: { description: 'the metrics, as OpenMetrics where that is asked for', type: 'text/plain' },
        },
      },
    },
    async (request, reply) => {
      if (!metricsPublic) access.require(request, reply);
      const { contentType, body } = await operations.metrics(request.headers.accept);
      return reply.type(contentType).header('vary', 'accept').send(body);
    },
  );
}

/** As far as the monitor of an orchestrator reads it, which has no token. */
function loadOf({
  capacity_used,
  frames_processed,
  avg_processing_time_ms,
  errors_last_minute,
}: LoadReport): LoadReport {
  return { capacity_used, frames_processed, avg_processing_time_ms, errors_last_minute };
}
