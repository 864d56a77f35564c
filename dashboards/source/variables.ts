/**
 * An expression as Grafana sends it to Prometheus.
 *
 * @param range the time that is shown, such as `6h`
 * @param rateInterval at least four scrapes
 */
export function filledIn(
  expression: string,
  { range, rateInterval }: { range: string; rateInterval: string },
): string {
  return expression.replaceAll('$__rate_interval', rateInterval).replaceAll('$__range', range);
}
