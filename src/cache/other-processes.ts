import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';

/**
 * Who else may have written what can be found. Each process says until when it may write, and what it wrote may be there; so
 * do those that are gone, for as long.
 */
export interface OtherProcesses {
  /** The name of this one. */
  readonly own: string;
  /** Whether this one has to say that it is there. */
  isDue(): boolean;
  /** Says so. */
  say(): Promise<unknown>;
  /**
   * Asks for all. What it heard is believed for two seconds.
   *
   * @returns those whose time is over, to be forgotten
   */
  ask(): Promise<readonly string[]>;
  forget(gone: readonly string[]): Promise<unknown>;
  /** False where any other is there, and where that is not known. */
  isAlone(): boolean;
  /** @param until milliseconds since the epoch: so long it may be found */
  wrote(until: number): void;
  /** Says that nothing more will come. */
  leave(): Promise<unknown>;
}

/** Milliseconds without news of the others after which they are not known. */
const NEWS_MS = 2000;
/** Milliseconds for which a process may write that says it is there. It says so again at half of them: by so much its clock may be wrong. */
const PRESENT_MS = 10 * 60_000;

/** @param key a hash: until when, in milliseconds since the epoch, by process */
export function createOtherProcesses({
  redis,
  key,
  clock,
}: {
  redis: Redis;
  key: string;
  clock: Pick<Clock, 'now' | 'monotonic'>;
}): OtherProcesses {
  const own = randomUUID();
  let wroteUntil = 0;
  /** As Redis has it. */
  let saidUntil = 0;
  let othersUntil = 0;
  /** By the monotonic clock. */
  let newsAt = Number.NEGATIVE_INFINITY;
  const presentUntil = (): number => Math.max(wroteUntil, clock.now()) + PRESENT_MS;

  return {
    own,
    isDue: () => saidUntil < presentUntil() - PRESENT_MS / 2,
    say: () => redis.hset(key, own, presentUntil()),
    async ask() {
      const askedAt = clock.monotonic();
      const processes = Object.entries(await redis.hgetall(key));
      const now = clock.now();
      const others = processes
        .filter(([name]) => name !== own)
        .map(([name, until]) => ({ name, until: Number(until) }));
      const gone = others.filter(({ until }) => !(until > now)).map(({ name }) => name);
      saidUntil = Number(processes.find(([name]) => name === own)?.[1] ?? 0);
      othersUntil = Math.max(0, ...others.filter(({ until }) => until > now).map(({ until }) => until));
      newsAt = askedAt;
      return gone;
    },
    forget: (gone) => redis.hdel(key, ...gone),
    isAlone: () => othersUntil <= clock.now() && clock.monotonic() - newsAt < NEWS_MS,
    wrote(until) {
      wroteUntil = Math.max(wroteUntil, until);
    },
    leave: () => (wroteUntil > clock.now() ? redis.hset(key, own, wroteUntil) : redis.hdel(key, own)),
  };
}
