import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { PastTurn } from '../intent/turn.ts';
import { createTickBatch } from '../redis/batch.ts';
import { createQuickAnswers, type TroubleEvents } from '../redis/quick-answers.ts';
import { bindScript } from '../redis/script.ts';
import { unlessAborted } from '../waiting.ts';
import type { RoomPrivacy } from './room-privacy.ts';
import { decodeTurn, encodeTurn, type StoredTurn } from './stored-turn.ts';
import { type TalkPlace, talkNames } from './talk-names.ts';
import { ADD, FORGET } from './talk-scripts.ts';

/** A turn to be remembered. */
export interface SaidTurn extends PastTurn, TalkPlace {
  /** Id of what was said, by which a turn that comes again is known. */
  readonly sourceId: string;
  readonly user?: string;
}

/** What was said of late, for whoever has to know what "it" is. Private: nothing of it is ever logged. */
export interface Conversation {
  /**
   * The last turns, oldest first; none where Redis is away, where the room is not remembered, or where nobody knows which
   * talk it is. What was said in a room whose words must not leave is given to that room only.
   *
   * @param except id of what is answered now: said once before, it is not its own past
   * @returns synchronously where there is nothing to wait for; never rejects, and soon: without Redis there are none
   */
  turnsOf(
    place: TalkPlace & { readonly except?: string },
  ): readonly PastTurn[] | Promise<readonly PastTurn[]>;
  /** Off the path; never fails. A turn that comes again is not added twice. */
  add(turn: SaidTurn): void;
  /**
   * Erases what was said in a room or by a user, in whatever talk.
   *
   * @returns how many turns there were
   * @throws an error that says when they expire, where Redis does not answer
   */
  forget(whose: { readonly room: string } | { readonly user: string }, signal: AbortSignal): Promise<number>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

export interface ConversationEvents extends TroubleEvents {
  /** A turn could not be read; told once. */
  readonly corrupted: () => void;
}

const READ_LIMIT_MS = 30;
const WRITE_LIMIT_MS = 500;
const COMMAND_LIMIT_MS = 5000;
/** Milliseconds between two looks whether what waits can be written. */
const RETRY_MS = 500;
const MOST_TALKS = 500;
const MOST_WRITES = 1000;
/** Characters of a turn that is remembered. */
const LONGEST_TURN = 16_384;
const NONE: readonly PastTurn[] = [];

interface WaitingTurn {
  readonly talk: string;
  readonly sourceId: string;
  readonly text: string;
  readonly at: number;
  readonly room?: string;
  readonly user?: string;
}

/** @param limits seconds for which a turn is remembered, and how many of one talk are */
export function createConversation({
  redis,
  keyPrefix,
  limits,
  privacy,
  clock,
  events,
}: {
  redis: Redis;
  keyPrefix: string;
  limits: { readonly seconds: number; readonly messages: number };
  privacy: RoomPrivacy;
  clock: Clock;
  events: ConversationEvents;
}): Conversation {
  const names = talkNames({ keyPrefix, nameOf: privacy.nameOf });
  const quick = createQuickAnswers({ redis, limitMs: READ_LIMIT_MS, events });
  const addTurns = bindScript(redis, { name: 'addTurns', numberOfKeys: 3, lua: ADD });
  const forgetTurns = bindScript(redis, { name: 'forgetTurns', numberOfKeys: 1, lua: FORGET });
  const lifetimeMs = limits.seconds * 1000;
  /** Of this turn of the event loop, and not written down: that can wait until the answer is given. */
  let fresh: SaidTurn[] = [];
  let waiting: readonly WaitingTurn[] = [];
  let isFlushDue = false;
  const writing = new Map<readonly WaitingTurn[], Promise<unknown>>();
  let isCorruptionTold = false;
  let counted = 0;

  /** @returns none where it is too long to be remembered */
  function writeDown({ said, actions, query, at, sourceId, room, sessionId, user }: SaidTurn): WaitingTurn[] {
    const talk = names.talk({
      ...(room !== undefined && { room }),
      ...(sessionId !== undefined && { sessionId }),
    });
    const marks = {
      ...(room !== undefined && { room: names.room(room) }),
      ...(user !== undefined && { user: names.user(user) }),
    };
    const turn = {
      ...{ said, actions, at: Math.round(at), nth: counted++ },
      ...(query && { query }),
      ...(room !== undefined && { room }),
    };
    const text = encodeTurn(turn, marks);
    return talk === undefined || text.length > LONGEST_TURN ? [] : [{ talk, sourceId, text, at, ...marks }];
  }

  function allWaiting(): readonly WaitingTurn[] {
    const said = fresh;
    fresh = [];
    if (said.length > 0) waiting = [...waiting, ...said.flatMap(writeDown)].slice(-MOST_WRITES);
    return waiting;
  }

  function flush(): void {
    const turns = allWaiting();
    if (turns.length === 0 || !quick.isThere()) return;
    waiting = [];
    const oldest = clock.now() - lifetimeMs;
    // What one person said in one talk, in a moment that is nobody's but a backlog's, is one script.
    const together = Map.groupBy(turns, ({ talk, room, user }) => `${talk} ${room} ${user}`);
    const done = quick.ask(
      'write',
      () => Promise.all([...together.values()].map((group) => write(group, oldest))),
      WRITE_LIMIT_MS,
    );
    writing.set(turns, done);
    void done.finally(() => writing.delete(turns));
  }

  /** @param group turns of one talk, room and user */
  async function write(group: readonly WaitingTurn[], oldest: number): Promise<void> {
    const [first] = group;
    if (!first) return;
    const { talk, room, user } = first;
    const turns = names.turns(talk);
    const index = (who: string | undefined): string => (who === undefined ? turns : names.talksOf(who));
    const newest = group.slice(-limits.messages).flatMap(({ sourceId, text }) => [sourceId, text]);
    await addTurns(
      [turns, index(room), index(user)],
      [limits.messages, oldest, lifetimeMs, talk, room ? 1 : 0, user ? 1 : 0, ...newest],
    );
  }

  function flushSoon(): void {
    if (isFlushDue) return;
    isFlushDue = true;
    setImmediate(() => {
      isFlushDue = false;
      flush();
    });
  }

  const readBatched = createTickBatch<Readonly<Record<string, string>>>(
    (talks) => quick.ask('read', () => readAll(talks)),
    { most: MOST_TALKS },
  );

  async function readAll(talks: readonly string[]): Promise<Readonly<Record<string, string>>[]> {
    const pipeline = redis.pipeline();
    for (const talk of talks) pipeline.hgetall(names.turns(talk));
    return ((await pipeline.exec()) ?? []).map(([error, fields]) => {
      if (error) throw error;
      return fields as Readonly<Record<string, string>>;
    });
  }

  /** What was said a moment ago and may not have arrived belongs to it, too. */
  function underWay(talk: string): Readonly<Record<string, string>> {
    const turns = [...writing.keys(), allWaiting()].flat().filter((turn) => turn.talk === talk);
    return Object.fromEntries(turns.map(({ sourceId, text }) => [sourceId, text]));
  }

  function decode(fields: Readonly<Record<string, string>>, except: string | undefined): StoredTurn[] {
    return Object.entries(fields).flatMap(([id, text]) => {
      if (id === except) return [];
      const turn = decodeTurn(text);
      if (turn) return [turn];
      if (!isCorruptionTold) events.corrupted();
      isCorruptionTold = true;
      return [];
    });
  }

  const retry = setInterval(flush, RETRY_MS).unref();
  redis.on('ready', flush);

  return {
    turnsOf({ room, sessionId, except }) {
      const talk = names.talk({
        ...(room !== undefined && { room }),
        ...(sessionId !== undefined && { sessionId }),
      });
      if (talk === undefined || !privacy.remembers(room)) return NONE;
      if (!quick.isThere()) {
        // Nothing is sent: this is how the trouble is told.
        void quick.ask('read', () => Promise.resolve());
        return NONE;
      }
      const mayHear = (turn: StoredTurn): boolean =>
        privacy.mayLeave(turn.room) || privacy.isSame(turn.room, room);
      const fresh = underWay(talk);
      return readBatched(talk).then((fields) => {
        if (!fields) return NONE;
        const turns = decode({ ...fresh, ...fields }, except).filter(mayHear);
        const oldest = clock.now() - lifetimeMs;
        return turns
          .filter(({ at }) => at > oldest)
          .sort((one, other) => one.at - other.at || one.nth - other.nth)
          .slice(-limits.messages)
          .map(({ room: _room, nth: _nth, ...turn }): PastTurn => turn);
      });
    },
    add(turn) {
      const isOfTalk = turn.room !== undefined || turn.sessionId !== undefined;
      if (!isOfTalk || !privacy.remembers(turn.room)) return;
      fresh.push(turn);
      flushSoon();
    },
    async forget(whose, signal) {
      const who = 'room' in whose ? names.room(whose.room) : names.user(whose.user);
      const before = allWaiting();
      waiting = before.filter(({ room, user }) => room !== who && user !== who);
      const unwritten = before.length - waiting.length;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(COMMAND_LIMIT_MS)]);
      try {
        // What is sent to a Redis that is away would be done much later.
        if (!quick.isThere()) throw new Error('Redis is away');
        // What is on its way would arrive behind the erasure.
        await unlessAborted(Promise.all(writing.values()), limit);
        return unwritten + (await forgetWritten(who, limit));
      } catch (error) {
        signal.throwIfAborted();
        throw new Error(
          `not everything was erased, because Redis does not answer: it expires ${limits.seconds} s after it was said, or try again`,
          { cause: error },
        );
      }
    },
    async close() {
      clearInterval(retry);
      redis.off('ready', flush);
      flush();
      await Promise.all(writing.values());
      quick.close();
    },
  };

  async function forgetWritten(who: string, signal: AbortSignal): Promise<number> {
    let forgotten = 0;
    for (const talk of await unlessAborted(redis.smembers(names.talksOf(who)), signal)) {
      forgotten += Number(await unlessAborted(forgetTurns([names.turns(talk)], [who]), signal));
    }
    return forgotten;
  }
}
