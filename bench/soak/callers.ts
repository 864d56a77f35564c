import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from './replica.ts';
import type { Saying } from './speech.ts';

/** What programs beside the streams were told. */
export interface CallCounts {
  answered: number;
  /** 429 or 503: they may come again. */
  refused: number;
  /** The replica was not there, or went while it was asked. */
  away: number;
  queued: number;
  /** Of those that waited, how many have their answer. */
  completed: number;
  /** Events that listeners heard. */
  heard: number;
}

export interface Callers {
  readonly counts: Readonly<CallCounts>;
  complaints(): readonly string[];
  /** Requests that wait for a model, and that nobody has seen the end of. */
  readonly waiting: number;
  /** Asks nothing more, and looks after what waits until it has ended or the time is over. */
  finish(limitMs: number): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly told: Readonly<Record<string, unknown>>;
}

/** Under way elsewhere, over a limit, not able to: all of it passes. */
const REFUSALS: ReadonlySet<number> = new Set([409, 429, 503]);
const ANSWER_MS = 15_000;
const LOOK_MS = 1000;
/** Of those that wait, so many are looked at at a time, the oldest first. */
const LOOKED_AT = 25;
const LISTENERS = 2;
const LISTEN_AGAIN_MS = 300;
/** Nobody comes more often than that with a request that was refused. */
const TRIES = 40;

/**
 * Programs that use the service over HTTP: some want an answer at once, some rather wait for a model, some listen.
 *
 * @param perSecond requests of either of the first two kinds
 */
export function startCallers({
  replicas,
  speech,
  perSecond,
}: {
  readonly replicas: readonly Replica[];
  readonly speech: { next(): Saying };
  readonly perSecond: number;
}): Callers {
  const asking = new AbortController();
  const ending = new AbortController();
  const counts: CallCounts = { answered: 0, refused: 0, away: 0, queued: 0, completed: 0, heard: 0 };
  const complaints: string[] = [];
  const waiting = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let turn = 0;

  function someReplica(): Replica {
    turn += 1;
    return replicas[turn % replicas.length] as Replica;
  }

  /** @returns undefined where the replica was not there, or went meanwhile */
  async function call(replica: Replica, path: string, init: RequestInit = {}): Promise<Answer | undefined> {
    const url = replica.url();
    const pid = replica.pid();
    if (url === undefined) return undefined;
    try {
      const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await fetch(url + path, { ...init, signal });
      return { status: response.status, told: (await response.json()) as Answer['told'] };
    } catch (error) {
      if (ending.signal.aborted || replica.url() === undefined || replica.pid() !== pid) return undefined;
      complaints.push(`${replica.name} did not answer ${path} and was there: ${reasonOf(error)}`);
      return undefined;
    }
  }

  async function ask(saying: Saying, mode: 'immediate' | 'queue_if_unavailable'): Promise<void> {
    const key = randomUUID();
    for (let tries = 0; tries < TRIES && !ending.signal.aborted; tries += 1) {
      const replica = someReplica();
      const answer = await call(replica, '/intent', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(mode === 'queue_if_unavailable' && { 'idempotency-key': key }),
        },
        body: JSON.stringify({ ...saying, processing_mode: mode }),
      });
      if (answer && answer.status < 300) return settled(answer);
      if (!answer) counts.away += 1;
      else if (REFUSALS.has(answer.status)) counts.refused += 1;
      else
        return void complaints.push(
          `${replica.name} answered ${answer.status}: ${JSON.stringify(answer.told)}`,
        );
      await sleep(LOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
    if (!ending.signal.aborted) complaints.push(`nobody answered «${saying.text}» in ${TRIES} tries`);
  }

  function settled({ status, told }: Answer): void {
    if (status === 202) {
      counts.queued += 1;
      waiting.add(String(told['queue_id']));
    } else counts.answered += 1;
  }

  async function look(): Promise<void> {
    for (const queueId of [...waiting].slice(0, LOOKED_AT)) {
      const answer = await call(someReplica(), `/api/v1/status/${queueId}`);
      if (!answer || answer.status === 503) continue;
      const status = answer.status === 200 ? answer.told['status'] : answer.status;
      if (status === 'queued' || status === 'processing') continue;
      waiting.delete(queueId);
      if (status === 'completed') counts.completed += 1;
      else complaints.push(`the request ${queueId} that waited ended as ${status}`);
    }
  }

  async function askOn(mode: 'immediate' | 'queue_if_unavailable'): Promise<void> {
    while (!asking.signal.aborted) {
      const one = ask(speech.next(), mode);
      underWay.add(one);
      void one.finally(() => underWay.delete(one));
      await sleep(1000 / perSecond, undefined, { signal: asking.signal }).catch(() => undefined);
    }
  }

  async function lookOn(): Promise<void> {
    while (!ending.signal.aborted) {
      await look();
      await sleep(LOOK_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  async function listen(replica: Replica): Promise<void> {
    while (!ending.signal.aborted) {
      const url = replica.url();
      try {
        const response = url && (await fetch(`${url}/api/v1/events`, { signal: ending.signal }));
        if (response) {
          for await (const chunk of response.body ?? []) {
            counts.heard +=
              Buffer.from(chunk)
                .toString('utf8')
                .match(/^event: /gm)?.length ?? 0;
          }
        }
      } catch {
        // It went: whoever listens comes back, as a browser does.
      }
      await sleep(LISTEN_AGAIN_MS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const running = Promise.all([
    askOn('immediate'),
    askOn('queue_if_unavailable'),
    lookOn(),
    ...replicas.flatMap((replica) => Array.from({ length: LISTENERS }, () => listen(replica))),
  ]);

  return {
    counts,
    complaints: () => complaints,
    get waiting() {
      return waiting.size;
    },
    async finish(limitMs) {
      asking.abort();
      const deadline = performance.now() + limitMs;
      while ((waiting.size > 0 || underWay.size > 0) && performance.now() < deadline) await sleep(100);
      if (waiting.size > 0) complaints.push(`${waiting.size} requests wait for a model that is there`);
    },
    async stop() {
      asking.abort();
      ending.abort();
      await running;
    },
  };
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
