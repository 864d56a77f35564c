import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import type { Delivery, Question, Speaker } from '../intent/question.ts';
import { createTickBatch } from '../redis/batch.ts';
import { createQuickAnswers, type TroubleEvents } from '../redis/quick-answers.ts';
import { bindScript } from '../redis/script.ts';
import { ASK, CLAIM, DROP } from './question-scripts.ts';
import type { RoomPrivacy } from './room-privacy.ts';
import { decodeQuestion, encodeQuestion, type StoredQuestion } from './stored-question.ts';
import { talkNames } from './talk-names.ts';

/** Seconds for which a question waits for its answer. */
const QUESTION_SECONDS = 30;

/** What is waited for where somebody speaks. */
interface Waiting {
  /** What this delivery has answered before a crash: it answers that again, whatever is asked meanwhile. */
  readonly answered?: Question;
  /** What this speaker may answer: the last that was asked. */
  readonly open?: Question;
}

/**
 * What the house has asked and not heard an answer to. One question at a time for each room and user; in Redis, so that
 * any replica hears the answer.
 */
export interface Questions {
  /**
   * Whether nobody in the house is waited for, so that there is nothing to look for and nothing to drop. Without a trip to
   * Redis, and never for longer than half a second after another replica has asked.
   */
  isQuiet(): boolean;
  /** Whether somebody can be asked at all: nobody knows where an answer would have to come from without a room. */
  canAsk(speaker: Speaker): boolean;
  /**
   * Keeps a question until it is answered, in the place of whatever the speaker was asked before.
   *
   * @param askedBy what led to it
   * @returns false where it could not be kept in time: then no answer will be taken
   */
  ask(question: Question, speaker: Speaker, askedBy: Delivery): Promise<boolean>;
  /** @returns undefined where Redis does not answer in time */
  waitingFor(speaker: Speaker, answer: Delivery): Promise<Waiting | undefined>;
  /**
   * Uses a question up for an answer. Of all answers one has it; delivered again, that one has it again.
   *
   * @returns false where it is over, used, or was asked after this was said; undefined where Redis does not say so in time
   */
  claim(question: Question, speaker: Speaker, answer: Delivery): Promise<boolean | undefined>;
  /** Forgets what a speaker was asked who goes on to something else. Off the path, and nothing where it is quiet. */
  drop(speaker: Speaker): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** Only what may be an answer waits for so long, and only while something may be asked. */
const READ_LIMIT_MS = 100;
/** A connection that was cut is back by then, and what was sent over it is sent again. */
const WRITE_LIMIT_MS = 200;
const MOST_READ = 500;
/** Milliseconds between two looks whether anything is asked, and for how long one holds. */
const LOOK_MS = 400;
const LOOK_HOLDS_MS = 500;
const MOST_DROPPED = 1000;
const NOBODY = '-';
const UNKNOWN = '-';

/**
 * @param answerSeconds for how long what was answered, and its answer, may be delivered again
 * @param now milliseconds by which questions expire; absent: Redis's own clock, which all replicas have in common
 */
export function createQuestions({
  redis,
  keyPrefix,
  privacy,
  answerSeconds,
  now,
  clock,
  events,
}: {
  redis: Redis;
  keyPrefix: string;
  privacy: RoomPrivacy;
  answerSeconds: number;
  now?: () => number;
  clock: Clock;
  events: TroubleEvents;
}): Questions {
  const names = talkNames({ keyPrefix, nameOf: privacy.nameOf });
  const quick = createQuickAnswers({ redis, limitMs: READ_LIMIT_MS, events });
  const askScript = bindScript(redis, { name: 'askQuestion', numberOfKeys: 3, lua: ASK });
  const dropScript = bindScript(redis, { name: 'dropQuestions', lua: DROP });
  const claimScript = bindScript(redis, { name: 'claimQuestion', numberOfKeys: 3, lua: CLAIM });
  const lifetimeMs = QUESTION_SECONDS * 1000;
  /** By place, who went on, and since when that waits to be written. */
  let dropped = new Map<string, { readonly who: Set<string>; readonly since: number }>();
  let isFlushDue = false;
  const writing = new Set<Promise<unknown>>();

  const whoIs = ({ user }: Speaker): string => (user === undefined ? NOBODY : names.user(user));
  const time = (): number | '' => now?.() ?? '';

  /** Who may be asked: a question to somebody is theirs, one to nobody known is anybody's. */
  async function readAll(asked: readonly string[]): Promise<string[][]> {
    const pipeline = redis.pipeline();
    for (const one of asked) {
      const [place = '', who = '', answer = ''] = one.split(' ');
      pipeline.hmget(place, who, NOBODY);
      pipeline.get(answer);
    }
    const replies = ((await pipeline.exec()) ?? []).map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
    return asked.map((_, index) =>
      [replies[index * 2], replies[index * 2 + 1]].flat().map((text) => String(text ?? '')),
    );
  }
  const readBatched = createTickBatch<string[]>((asked) => quick.ask('read', () => readAll(asked)), {
    most: MOST_READ,
  });

  const isTo = ({ room, sessionId }: StoredQuestion, speaker: Speaker): boolean =>
    (room === undefined || privacy.isSame(room, speaker.room)) &&
    (sessionId === undefined || sessionId === speaker.sessionId);

  function flush(): void {
    const oldest = clock.monotonic() - lifetimeMs;
    const waiting = [...dropped].filter(([, { since }]) => since > oldest);
    dropped = new Map(waiting);
    if (waiting.length === 0 || !quick.isThere()) return;
    dropped = new Map();
    const places = waiting.flatMap(([place, { who }]) => [...who].map((one) => [place, one] as const));
    const keys = places.map(([place]) => place);
    const whose = places.map(([, who]) => who);
    const done = quick.ask('drop', () => dropScript(keys, whose), WRITE_LIMIT_MS);
    writing.add(done);
    void done.finally(() => writing.delete(done));
  }

  redis.on('ready', flush);
  let askedAt = Number.NEGATIVE_INFINITY;
  /** When it was last sure that nothing is asked, as far as Redis knows. */
  let quietAt = Number.NEGATIVE_INFINITY;
  async function look(): Promise<void> {
    const at = clock.monotonic();
    if (!quick.isThere()) return;
    const asked = await quick.ask('look', () => redis.exists(names.asked), LOOK_MS);
    if (asked === 0) quietAt = at;
    else if (asked === 1) quietAt = Number.NEGATIVE_INFINITY;
  }
  const looking = setInterval(() => void look(), LOOK_MS).unref();
  void look();

  const questions: Questions = {
    isQuiet() {
      const at = clock.monotonic();
      return at - quietAt <= LOOK_HOLDS_MS && at - askedAt > lifetimeMs;
    },
    canAsk: (speaker) => names.questions(speaker) !== undefined,
    async ask(question, speaker, askedBy) {
      const place = names.questions(speaker);
      if (place === undefined) return false;
      askedAt = clock.monotonic();
      // What was dropped before is dropped by this as well, and must not be dropped after it.
      dropped.delete(place);
      const { room, sessionId } = speaker;
      const { said, ...wordless } = question;
      const stored = encodeQuestion({
        question: privacy.remembers(room) ? question : wordless,
        ...(room !== undefined && { room }),
        ...(sessionId !== undefined && { sessionId }),
      });
      const id = names.delivery(question.id);
      const asked = await quick.ask(
        'ask',
        () =>
          askScript(
            [place, names.used(id), names.asked],
            [
              ...[whoIs(speaker), id],
              ...[askedBy.handedInAt ?? UNKNOWN, askedBy.saidAt ?? UNKNOWN],
              ...[stored, lifetimeMs, time()],
            ],
          ),
        WRITE_LIMIT_MS,
      );
      // It may arrive all the same, and nobody was told that it is waited for.
      if (asked === undefined) questions.drop(speaker);
      return asked === 1;
    },
    async waitingFor(speaker, answer) {
      const place = names.questions(speaker);
      if (place === undefined) return {};
      flush();
      const key = names.answer(names.delivery(answer.id));
      const found = await readBatched(`${place} ${whoIs(speaker)} ${key}`);
      if (!found) return undefined;
      const [own = '', anybodys = '', answered = ''] = found;
      const before = decodeQuestion(answered.slice(answered.indexOf(' ') + 1));
      const [open] = [own, anybodys]
        .flatMap((record) => askedIn(record) ?? [])
        .filter(({ stored }) => isTo(stored, speaker))
        .sort((one, other) => other.at - one.at);
      return {
        ...(before && { answered: before.question }),
        ...(open && { open: open.stored.question }),
      };
    },
    async claim(question, speaker, answer) {
      const place = names.questions(speaker);
      if (place === undefined) return false;
      const id = names.delivery(question.id);
      const claimed = await quick.ask(
        'claim',
        () =>
          claimScript(
            [place, names.answer(names.delivery(answer.id)), names.used(id)],
            [
              ...[whoIs(speaker), id],
              ...[answer.handedInAt ?? UNKNOWN, answer.saidAt ?? UNKNOWN],
              ...[lifetimeMs, answerSeconds * 1000, time()],
            ],
          ),
        WRITE_LIMIT_MS,
      );
      return claimed === undefined ? undefined : claimed === 1;
    },
    drop(speaker) {
      if (questions.isQuiet()) return;
      const place = names.questions(speaker);
      if (place === undefined) return;
      const known = dropped.get(place);
      if (known) known.who.add(whoIs(speaker));
      else if (dropped.size < MOST_DROPPED) {
        dropped.set(place, { who: new Set([whoIs(speaker)]), since: clock.monotonic() });
      }
      if (isFlushDue) return;
      isFlushDue = true;
      setImmediate(() => {
        isFlushDue = false;
        flush();
      });
    },
    async close() {
      clearInterval(looking);
      redis.off('ready', flush);
      flush();
      await Promise.all(writing);
      quick.close();
    },
  };
  return questions;
}

/** As the scripts write it. */
function askedIn(record: string): { readonly at: number; readonly stored: StoredQuestion } | undefined {
  const match = /^(\d+) \S+ \S+ \S+ (.+)$/s.exec(record);
  const stored = match && decodeQuestion(match[2] ?? '');
  return stored ? { at: Number(match[1]), stored } : undefined;
}
