import { expect, test } from 'vitest';
import { createLoad } from '../../../src/telemetry/load.ts';

test('what was answered and what failed is counted, the last minute by itself', () => {
  let now = 5000;
  let used = 0.25;
  const clock = { now: () => now, monotonic: () => now };
  const load = createLoad({ capacityUsed: () => used, clock });
  expect(load.report()).toEqual({
    ...{ capacity_used: 0.25, frames_processed: 0 },
    ...{ avg_processing_time_ms: 0, errors_last_minute: 0 },
  });
  load.answered(1);
  load.failed();
  now += 30_000;
  load.answered(2.5);
  expect(load.report()).toMatchObject({
    ...{ frames_processed: 2, avg_processing_time_ms: 1.75, errors_last_minute: 1 },
  });
  now += 30_000;
  used = 1;
  expect(load.report()).toEqual({
    ...{ capacity_used: 1, frames_processed: 2 },
    ...{ avg_processing_time_ms: 2.5, errors_last_minute: 0 },
  });
  now += 3_600_000;
  load.answered(4);
  expect(load.report()).toMatchObject({ frames_processed: 3, avg_processing_time_ms: 4 });
});
