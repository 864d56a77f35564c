import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import {
  type Conversation,
  type ConversationEvents,
  createConversation,
} from './conversation/conversation.ts';
import { createQuestions, type Questions } from './conversation/questions.ts';
import { createRoomPrivacy, type RoomPrivacy, type RoomRules } from './conversation/room-privacy.ts';
import type { Recognition } from './intent/recognition.ts';
import type { Transcript } from './intent/transcript.ts';
import type { PastTurn } from './intent/turn.ts';
import type { Utterance } from './intent/utterance.ts';
import type { Home } from './lexicon/home.ts';

/** What the talk with a household needs to remember, whoever understands it. */
export interface Talk {
  readonly conversation: Conversation;
  readonly privacy: RoomPrivacy;
  readonly questions: Questions;
  /** What was understood before in the same talk, the oldest first; never rejects, and does not take long. */
  pastOf(utterance: Utterance): readonly PastTurn[] | Promise<readonly PastTurn[]>;
  /** Keeps what was said, and what was made of it, for whatever is said next. */
  answered(transcript: Transcript, recognition: Recognition): void;
  /** From now on the rooms are those of this home, and what may be done with their words is what this configuration says. */
  follow(config: Config, home: Home): void;
  /** Waits for what is being written. The connection stays open. */
  close(): Promise<void>;
}

/**
 * Opens what is remembered of talks.
 *
 * @param now as in `createQuestions`
 */
export function openTalk({
  config,
  home,
  redis,
  now,
  clock,
  events,
}: {
  config: Config;
  home: Home;
  redis: Redis;
  now?: () => number;
  clock: Clock;
  events: ConversationEvents;
}): Talk {
  const privacy = createRoomPrivacy(roomRules(config, home));
  const conversation = createConversation({
    redis,
    keyPrefix: config.redis.key_prefix,
    limits: config.conversation,
    privacy,
    clock,
    events,
  });
  const questions = createQuestions({
    ...{ redis, keyPrefix: config.redis.key_prefix, privacy, clock },
    // Each tells of trouble with Redis when it meets it, and of its end.
    events: {
      trouble: (operation, message) => events.trouble(`questions, ${operation}`, message),
      recovered: (operation) => events.recovered(`questions, ${operation}`),
    },
    // What is delivered again later has expired; where nothing does, this is as good as any time.
    answerSeconds: config.streams.max_age_seconds || config.conversation.seconds,
    ...(now && { now }),
  });
  return {
    conversation,
    privacy,
    questions,
    pastOf({ room, sessionId, frameId }) {
      const past = conversation.turnsOf({
        ...(room !== undefined && { room }),
        ...(sessionId !== undefined && { sessionId }),
        ...(frameId !== undefined && { except: frameId }),
      });
      return past instanceof Promise ? past.then(understoodIn) : understoodIn(past);
    },
    answered({ frameId, text, room, user, sessionId }, { meaning, saidInFull }) {
      if (meaning.status === 'expired') return;
      conversation.add({
        sourceId: frameId,
        said: saidInFull ?? text,
        ...understoodAs(meaning),
        at: clock.now(),
        ...(room !== undefined && { room }),
        ...(user !== undefined && { user }),
        ...(sessionId !== undefined && { sessionId }),
      });
    },
    follow(changed, moved) {
      privacy.replace(roomRules(changed, moved));
    },
    async close() {
      await Promise.all([conversation.close(), questions.close()]);
    },
  };
}

function roomRules({ conversation: { rooms } }: Config, home: Home): RoomRules {
  return { rooms, areaOf: (room) => home.areaOfRoom(room)?.id };
}

function understoodIn(turns: readonly PastTurn[]): readonly PastTurn[] {
  return turns.filter(({ actions, query }) => actions.length > 0 || query !== undefined);
}

function understoodAs(meaning: Recognition['meaning']): Pick<PastTurn, 'actions' | 'query'> {
  if (meaning.status !== 'recognized') return { actions: [] };
  return meaning.kind === 'action' ? { actions: meaning.actions } : { actions: [], query: meaning.query };
}
