import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createHomeMetric } from '../../../src/telemetry/home-metric.ts';

test.each([
  ['Europe/Warsaw', '2026-11-21T12:00:00Z', 3600],
  ['Europe/Warsaw', '2026-07-21T12:00:00Z', 7200],
  ['America/St_Johns', '2026-11-21T01:00:00Z', -12_600],
  ['UTC', '2026-11-21T12:00:00Z', 0],
])('in %s the clock of the home is at %s ahead of UTC by %i seconds', async (timeZone, at, seconds) => {
  const registry = new Registry();
  createHomeMetric(registry, { timeZone, now: () => Date.parse(at) });
  expect(await registry.metrics()).toMatch(new RegExp(`^home_utc_offset_seconds ${seconds}$`, 'm'));
});
