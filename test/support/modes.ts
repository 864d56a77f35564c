import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Mode } from '../../src/intent/mode.ts';
import type { Automatic } from '../../src/mode/automatic.ts';
import { createModes, type ModeChange, type Modes } from '../../src/mode/modes.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { ownName } from './shared.ts';

/** A replica's modes, with what it told. */
export interface TestModes {
  readonly modes: Modes;
  readonly consumer: string;
  readonly keyPrefix: string;
  readonly changes: ModeChange[];
  readonly announced: ModeChange[];
  readonly trouble: string[];
  /** What it asks for by itself from now on. */
  wants(mode: Mode, options?: { readonly leftMs?: number }): void;
  mode(): Mode;
  /** As if its process were gone; its vote stays. */
  leave(): Promise<void>;
}

/** @param url of a Redis; the shared one where left out */
export async function openModes({
  url,
  keyPrefix = `${ownName()}:`,
  consumer = randomUUID(),
  automatic,
}: {
  readonly url?: string;
  readonly keyPrefix?: string;
  readonly consumer?: string;
  /** What it asks for by itself, where that is not `wants`. */
  readonly automatic?: Automatic;
} = {}): Promise<TestModes> {
  const redis = openConnection({
    ...{ url: url ?? inject('redisUrl'), key: keyPrefix, name: 'test:modes' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const changes: ModeChange[] = [];
  const announced: ModeChange[] = [];
  const trouble: string[] = [];
  let wish: ReturnType<Automatic['look']> = { mode: 'full', reason: '', leftMs: 0 };
  const modes = createModes({
    redis,
    keyPrefix,
    consumer,
    events: {
      changed: (change) => changes.push(change),
      announced: (change) => announced.push(change),
      trouble: (operation, message) => trouble.push(`trouble ${operation}: ${message}`),
      recovered: (operation) => trouble.push(`recovered ${operation}`),
    },
    clock: systemClock,
  });
  await modes.start();
  modes.automatic(automatic ?? { look: () => wish });
  const leave = async (): Promise<void> => {
    await modes.stop();
    redis.disconnect();
  };
  onTestFinished(leave);
  return {
    ...{ modes, consumer, keyPrefix, changes, announced, trouble, leave },
    mode: () => modes.current().mode,
    wants(mode, { leftMs = 0 } = {}) {
      wish = { mode, reason: mode === 'full' ? '' : `${consumer} wants ${mode}`, leftMs };
    },
  };
}
