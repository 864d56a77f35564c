import { publicScope } from '../intent/budget-scope.ts';
import { formatDollars } from '../intent/money.ts';
import type { ModelEvents } from '../llm/model-events.ts';
import type { ModelPathEvents } from '../model-path/model-path-events.ts';
import type { Health } from './health.ts';
import type { Logger } from './log.ts';
import type { ModelMetrics } from './model-metrics.ts';

/** Turns what happens at providers into metrics and log lines: one line for each paid call. No word of it is logged. */
function createModelObserver({ metrics, log }: { metrics: ModelMetrics; log: Logger }): ModelEvents {
  return {
    called(call) {
      metrics.called(call);
      const { provider, model, outcome, tries, duration, cost, traceId, messageId, variant } = call;
      log.info({
        ...{ event: 'model_call', provider, model, outcome, tries },
        prompt_tokens: call.promptTokens,
        cached_tokens: call.cachedTokens,
        completion_tokens: call.completionTokens,
        cost_usd: formatDollars(cost),
        ms: Math.round(duration),
        ...(variant !== undefined && { variant }),
        ...(traceId !== undefined && { trace_id: traceId }),
        ...(messageId !== undefined && { message_id: messageId }),
      });
    },
    breakerChanged({ provider, state }) {
      log.warn({ event: 'circuit', provider, state });
    },
    problem({ provider, message }) {
      log.error({ event: 'provider_problem', provider, reason: message });
    },
    solved({ provider }) {
      log.info({ event: 'provider_back', provider });
    },
  };
}

/** As `createModelObserver`, and for the money, the limits and the cache. */
export function createModelPathObserver({
  metrics,
  health,
  log,
}: {
  metrics: ModelMetrics;
  health: Health;
  log: Logger;
}): ModelPathEvents {
  return {
    model: createModelObserver({ metrics, log }),
    ledger: {
      closed: (reason) => log.warn({ event: 'budget_closed', reason }),
      opened: () => log.info({ event: 'budget_open' }),
      threshold({ scope, window, percent, limit, spent }) {
        metrics.budgetThreshold({ scope: publicScope(scope), window, percent });
        const amounts = { limit_usd: formatDollars(limit), spent_usd: formatDollars(spent) };
        log.warn({ event: 'budget_threshold', scope: publicScope(scope), window, percent, ...amounts });
      },
      refused({ scope, window }) {
        metrics.budgetRefused(publicScope(scope), window);
        log.info({ event: 'budget_refused', scope: publicScope(scope), window });
      },
      trouble: (operation, { message }) => log.error({ event: 'trouble', operation, reason: message }),
      forgotten: (id) => log.error({ event: 'budget_not_booked', expense: id }),
    },
    trouble(part, operation, message) {
      health.degraded(part, operation, message);
      log.warn({ event: 'trouble', part, operation, reason: message });
    },
    recovered(part, operation) {
      health.mended(part, operation);
      log.info({ event: 'recovered', part, operation });
    },
    limited: metrics.limited,
    lookedUp: metrics.lookedUp,
  };
}
