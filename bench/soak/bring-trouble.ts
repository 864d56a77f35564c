import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeProvider, Fate } from '../../test/support/fake-provider.ts';
import { freeze } from '../../test/support/freeze.ts';
import type { Replica } from './replica.ts';
import type { Trouble } from './troubles.ts';

const FAULTS: readonly Fate[] = [
  { kind: 'status', status: 429, headers: { 'retry-after-ms': '200' } },
  { kind: 'status', status: 500 },
  { kind: 'reset' },
  { kind: 'torn' },
  { kind: 'silence' },
  { kind: 'answer', usage: 'missing' },
  { kind: 'answer', content: 'no JSON at all' },
];
const ERRATIC_SHARE = 0.2;
/** Milliseconds that a supervisor takes to notice that a process is gone. */
const NOTICED_MS = 500;

/** As a provider is on most days. */
export function wellDay(random: () => number): () => Fate {
  return () => ({ kind: 'answer', delayMs: 80 + Math.floor(random() * 240) });
}

/** Brings about what goes wrong; each resolves when it is over. */
export function createTroubleMaker({
  provider,
  redisPid,
  replicas: [first, second],
  raise,
  random,
}: {
  readonly provider: Pick<FakeProvider, 'plan'>;
  readonly redisPid: number;
  readonly replicas: readonly [Replica, Replica];
  /** Settings with which more may be spent; that more may be spent counts from now on. */
  readonly raise: () => Readonly<Record<string, string>>;
  readonly random: () => number;
}): (trouble: Trouble) => Promise<void> {
  async function provide(fate: () => Fate, seconds: number): Promise<void> {
    provider.plan(fate);
    await sleep(seconds * 1000);
    provider.plan(wellDay(random));
  }

  async function killed(replica: Replica): Promise<void> {
    await replica.kill();
    await sleep(NOTICED_MS);
    await replica.start();
  }

  async function restarted(replica: Replica): Promise<void> {
    await replica.stop();
    await replica.start();
  }

  return async ({ name, lasts }) => {
    switch (name) {
      case 'provider out':
        return provide(() => ({ kind: 'status', status: 503 }), lasts);
      case 'provider erratic': {
        const well = wellDay(random);
        return provide(
          () =>
            random() < ERRATIC_SHARE
              ? (FAULTS[Math.floor(random() * FAULTS.length)] as Fate)
              : { ...well(), delayMs: 1000 },
          lasts,
        );
      }
      case 'Redis frozen': {
        const thaw = freeze(redisPid);
        await sleep(lasts * 1000);
        return thaw();
      }
      case 'first killed':
        return killed(first);
      case 'second killed':
        return killed(second);
      case 'second restarted':
        return restarted(second);
      case 'budget raised': {
        const settings = raise();
        for (const replica of [first, second]) {
          replica.set(settings);
          await restarted(replica);
        }
        return;
      }
    }
  };
}
