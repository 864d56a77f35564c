import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * Files at a time: most wait now and then, for a time-out or a restart, while others work. Left alone, it keeps one core for
 * itself, which on a machine with two is half of it.
 */
const WORKERS = Math.ceil(1.5 * availableParallelism());

// As `bin/llm-intent` has it, for the workers.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/**
 * Files in one process one after the other: modules are loaded, made fast and rules compiled once, not three hundred times.
 * Whoever sets something that the whole process has (a tracer, a variable, a clock) takes it back.
 */
const isolate = false;

/** Milliseconds a condition may take to come true: far more than it needs, on a machine that is busy. */
const patient = { expect: { poll: { timeout: 15_000, interval: 10 } } };
/** No test waits for so long; the machine it shares may be busy. */
const slow = { testTimeout: 30_000, hookTimeout: 30_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          sequence: { groupOrder: 0 },
          maxWorkers: WORKERS,
          isolate,
          ...patient,
          ...slow,
        },
      },
      {
        // Measured on a corpus that is not ours to ship; skipped, and told so, where it is absent.
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
          isolate,
          ...patient,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'redis',
          include: ['test/redis/**/*.test.ts'],
          globalSetup: ['test/support/shared-redis.ts'],
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
          isolate,
          ...patient,
          ...slow,
        },
      },
      {
        // Each file kills, freezes or starves a Redis of its own; others, which share one, are done before.
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          sequence: { groupOrder: 2 },
          maxWorkers: WORKERS,
          isolate,
          ...patient,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What takes all that the machine has, and is to take it in time: by itself.
        test: {
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          globalSetup: ['test/support/shared-redis.ts'],
          sequence: { groupOrder: 3 },
          maxWorkers: 1,
          isolate,
          ...patient,
        },
      },
    ],
  },
});
