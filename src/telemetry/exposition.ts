import { Counter, collectDefaultMetrics, type OpenMetricsContentType, Registry } from 'prom-client';

/** What `/metrics` answers. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** Gauges of prom-client with names that only counters may have; what they count is in nodejs_active_resources. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** A registry that tells about the process already. */
export function createProcessRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  return registry;
}

/**
 * Writes all metrics as OpenMetrics, with exemplars, for who prefers that, and otherwise as Prometheus's classic text.
 *
 * @param accept header of the request
 */
export async function expose(registry: Registry, accept: string | undefined): Promise<Exposition> {
  const chosen = prefersOpenMetrics(accept) ? asOpenMetrics(registry) : registry;
  return { contentType: chosen.contentType, body: await chosen.metrics() };
}

function asOpenMetrics(registry: Registry): Registry<OpenMetricsContentType> {
  const open = new Registry<OpenMetricsContentType>();
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name);
    // Writing OpenMetrics takes "_total" off the name of a counter for good: it is done to a stand-in.
    if (metric) open.registerMetric(metric instanceof Counter ? (Object.create(metric) as Counter) : metric);
  }
  return open;
}

function prefersOpenMetrics(accept = ''): boolean {
  const weights = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
  });
  const weightOf = (...types: string[]): number =>
    Math.max(0, ...weights.filter(({ type }) => types.includes(type)).map(({ quality }) => quality));
  const open = weightOf('application/openmetrics-text');
  return open > 0 && open >= weightOf('text/plain');
}
