import type { Logger } from '../telemetry/log.ts';
import { addBatchRoute } from './batch-route.ts';
import { addCacheRoutes } from './cache-routes.ts';
import { addCostRoutes } from './cost-routes.ts';
import { addDeadLetterRoutes } from './dead-letter-routes.ts';
import { addDocsRoutes } from './docs-routes.ts';
import { addEventsRoute } from './events-route.ts';
import { addHealthRoutes, type WatchOperations } from './health-routes.ts';
import { addIntentRoute } from './intent-route.ts';
import { addLimitsRoute } from './limits-route.ts';
import { addModeRoutes } from './mode-routes.ts';
import type { Operations } from './operations.ts';
import { addProviderRoutes } from './provider-routes.ts';
import { type HttpServer, type ServeOptions, serve } from './serve.ts';
import { addStatsRoute } from './stats-route.ts';
import { addStatusRoute } from './status-route.ts';

export interface HttpOptions extends ServeOptions {
  readonly metricsPublic: boolean;
  /** Whether `/health` tells everybody how busy it is; else only whoever is trusted. */
  readonly loadPublic?: boolean;
}

/** The service's own. @throws as `serve` */
export function startHttpServer(
  { metricsPublic, loadPublic = false, ...options }: HttpOptions,
  { operations, log }: { operations: Operations; log: Logger },
): Promise<HttpServer> {
  return serve(options, {
    log,
    addRoutes(server, { access, routes }) {
      addHealthRoutes(server, {
        ...{ operations, access, metricsPublic },
        ...(loadPublic && { publicLoad: operations.health }),
      });
      addIntentRoute(server, { operations, access });
      addBatchRoute(server, { operations, access, log });
      addCacheRoutes(server, { operations, access, log });
      addCostRoutes(server, { operations, access, log });
      addDeadLetterRoutes(server, { operations, access, log });
      addDocsRoutes(server, {
        ...{ routes, access, version: operations.version },
        hasToken: options.token !== undefined,
      });
      addEventsRoute(server, { operations, access });
      addLimitsRoute(server, { operations, access });
      addProviderRoutes(server, { operations, access });
      addStatsRoute(server, { operations, access, log });
      addStatusRoute(server, { operations, access });
      addModeRoutes(server, { operations, access });
    },
  });
}

/** For whoever only watches what runs beside the service: `/health`, `/healthz`, `/ready` and `/metrics`. @throws as `serve` */
export function startWatchServer(
  { metricsPublic, ...options }: ServeOptions & Pick<HttpOptions, 'metricsPublic'>,
  { operations, log }: { operations: WatchOperations; log: Logger },
): Promise<HttpServer> {
  return serve(options, {
    log,
    addRoutes(server, { access }) {
      addHealthRoutes(server, { operations, access, metricsPublic });
    },
  });
}
