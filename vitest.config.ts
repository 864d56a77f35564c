import { defineConfig } from 'vitest/config';

/** No test waits for so long; the machine it shares may be busy. */
const slow = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  test: {
    // Left alone, it keeps one core for itself, which on a machine with two is half of it.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...slow } },
      // Measured on a corpus that is not ours to ship; skipped, and told so, where it is absent.
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'redis',
          include: ['test/redis/**/*.test.ts'],
          globalSetup: ['test/support/shared-redis.ts'],
          ...slow,
        },
      },
      {
        // Each file kills, freezes or starves a Redis of its own; others, which share one, are done before.
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
