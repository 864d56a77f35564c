import { Gauge, type Registry } from 'prom-client';
import { offsetMs } from '../intent/local-time.ts';

/**
 * Tells Prometheus, which knows no time zones, what the clock of the home shows.
 *
 * @param now milliseconds since the epoch, asked at every scrape: summer time comes and goes
 */
export function createHomeMetric(
  registry: Registry,
  { timeZone, now }: { timeZone: string; now: () => number },
): void {
  new Gauge({
    name: 'home_utc_offset_seconds',
    help: 'How far the clock of the home is ahead of UTC.',
    registers: [registry],
    collect() {
      this.set(offsetMs(now(), timeZone) / 1000);
    },
  });
}
