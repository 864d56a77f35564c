import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MODES } from '../intent/mode.ts';
import type { Exposition } from '../telemetry/exposition.ts';
import type { HealthReport } from '../telemetry/health.ts';
import type { LoadReport } from '../telemetry/load.ts';
import type { Access } from './access.ts';
import { dollars, moment } from './answer-schema.ts';
import { Problem } from './problem.ts';

/** What can be asked of whatever runs. */
export interface WatchOperations {
  health(): Pick<HealthReport, 'status'>;
  isReady(): boolean;
  /** @param accept header of the request */
  metrics(accept: string | undefined): Promise<Exposition>;
}

const load = z.object({
  capacity_used: z.number().min(0).max(1).describe('share of the transcripts that may be in work at once'),
  frames_processed: z.int().describe('transcripts answered since the start'),
  avg_processing_time_ms: z.number().describe('of the last minute'),
  errors_last_minute: z.int(),
});

const details = z.object({
  service: z.string(),
  version: z.string(),
  config_version: z.string().describe('replicas with the same files tell the same; empty where nobody looks'),
  redis: z.enum(['connected', 'disconnected']),
  mode: z.enum(MODES).describe('who may be asked'),
  mode_reason: z.string(),
  providers: z
    .record(z.string(), z.object({ model: z.string(), state: z.string(), problem: z.string().optional() }))
    .describe('by provider:model, in the order in which they are asked'),
  budget: z
    .object({
      state: z.string(),
      windows: z.array(
        z.object({
          ...{ scope: z.string(), window: z.string() },
          ...{ limit: dollars, spent: dollars, reserved: dollars, left: dollars },
          resets_at: moment,
        }),
      ),
    })
    .nullable()
    .describe('null where none is kept'),
  streams: z.record(z.string(), z.enum(['owner', 'standby'])).describe('by input stream'),
  troubles: z.record(z.string(), z.string()).describe('what goes wrong at the moment'),
});

const healthAnswer = z
  .object({ status: z.enum(['healthy', 'degraded', 'unhealthy']) })
  .extend({ ...load.partial().shape, ...details.partial().shape });
const aliveAnswer = z.object({ status: z.literal('alive') });
const readyAnswer = z.object({ status: z.literal('ready') });

/** After which it may be different. */
const LOOK_AGAIN_SECONDS = '5';

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
          answer: {
            description: 'its status, and details for who may see them',
            schema: healthAnswer,
          },
          others: {
            503: { description: 'it is unhealthy', schema: healthAnswer, headers: ['Retry-After'] },
          },
        },
      },
    },
    (request, reply): z.output<typeof healthAnswer> => {
      const report = operations.health();
      if (report.status === 'unhealthy') reply.code(503).header('retry-after', LOOK_AGAIN_SECONDS);
      if (access.isTrusted(request)) return report;
      return { status: report.status, ...(publicLoad && loadOf(publicLoad())) };
    },
  );

  server.get(
    '/healthz',
    {
      config: {
        api: {
          summary: 'Whether the process lives',
          isOpen: true,
          answer: { description: 'alive', schema: aliveAnswer },
        },
      },
    },
    (): z.output<typeof aliveAnswer> => ({ status: 'alive' }),
  );

  server.get(
    '/ready',
    {
      config: {
        api: {
          summary: 'Whether it takes work',
          isOpen: true,
          answer: { description: 'ready', schema: readyAnswer },
          problems: [503],
        },
      },
    },
    (_, reply): z.output<typeof readyAnswer> => {
      if (!operations.isReady()) {
        reply.header('retry-after', LOOK_AGAIN_SECONDS);
        throw new Problem(503, 'not ready: it is starting or stopping, or Redis does not answer');
      }
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
