import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { expect, inject, onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Action, Meaning } from '../../src/intent/recognition.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { openTalk } from '../../src/talk.ts';
import { createUnderstanding, loadKnowledge } from '../../src/understanding.ts';
import { movableClock } from './cache.ts';
import type { Dialogue, DialogueTurn } from './dialogue-document.ts';
import { ownName } from './shared.ts';

const clock = movableClock();
const config = await loadConfig({ RESOLVERS: 'rules', TIME_ZONE: 'Europe/Warsaw' });
const knowledge = await loadKnowledge(config, { clock });
const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const { signal } = new AbortController();

/**
 * Has a talk with the shipped home by its rules alone, at the times that the script says. Every turn is heard by another
 * replica; the one before it has stopped.
 */
export async function haveDialogue({ now, turns, ...everywhere }: Dialogue, language: string): Promise<void> {
  const keyPrefix = `${ownName()}:`;
  const redis = openConnection({
    ...{ url: inject('redisUrl'), key: keyPrefix, name: 'test:dialogue' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const own = { ...config, redis: { ...config.redis, key_prefix: keyPrefix } };
  let isCorrupted = false;
  clock.pass(Date.parse(now) - clock.now());
  for (const [index, turn] of turns.entries()) {
    if (index > 0) clock.pass(turn.after * 1000);
    const talk = openTalk({
      ...{ config: own, home: knowledge.home, redis, clock, now: clock.now },
      events: {
        trouble: () => undefined,
        recovered: () => undefined,
        corrupted: () => {
          isCorrupted = true;
        },
      },
    });
    onTestFinished(() => talk.close());
    const { recognise } = createUnderstanding(knowledge, {
      ...{ config: own, clock, answered: talk.answered, pastOf: talk.pastOf },
      questions: { questions: talk.questions, happened: () => undefined },
    });
    const { room, user, session } = { ...everywhere, ...defined(turn) };
    const id = `${index}-0`;
    const { meaning } = await recognise(
      {
        ...{ text: turn.says, language, frameId: id },
        ...(room !== undefined && { room }),
        ...(user !== undefined && { user }),
        ...(session !== undefined && { sessionId: session }),
      },
      { span, signal, mayWait: true, delivery: { id, handedInAt: clock.now() } },
    );
    const heard = told(meaning, turn);
    expect(heard, `turn ${index + 1}: "${turn.says}"`).toEqual(expected(turn, heard.actions));
    await talk.close();
  }
  expect(isCorrupted).toBe(false);
}

function defined({ room, user, session }: DialogueTurn) {
  return {
    ...(room !== undefined && { room }),
    ...(user !== undefined && { user }),
    ...(session !== undefined && { session }),
  };
}

/** What was understood, as far as somebody downstream would act or speak on it. */
function told(meaning: Meaning, turn: DialogueTurn) {
  const said = turn.answer !== undefined && 'responseText' in meaning && { answer: meaning.responseText };
  const { status } = meaning;
  const nothing: readonly Action[] = [];
  if (status === 'ambiguous') {
    return { status, choices: meaning.candidates.map(({ label }) => label), actions: nothing, ...said };
  }
  if (status !== 'recognized') return { status, actions: nothing, ...said };
  if (meaning.kind === 'query') return { status, question: true, actions: [meaning.query], ...said };
  const { actions, requiresConfirmation: confirm, isConfirmed: confirmed = false } = meaning;
  return { status, question: false, actions, confirm, confirmed, ...said };
}

/** @param heard actions, for those that are expected at an hour of whatever day */
function expected({ status, choices, answer, ...turn }: DialogueTurn, heard: readonly Action[]) {
  const said = answer !== undefined && { answer };
  if (status) return { status, actions: [], ...said };
  if (choices) return { status: 'ambiguous', choices, actions: [], ...said };
  const { intent, entities, at, repeat, question, confirm, confirmed } = turn;
  const wanted = turn.actions ?? [{ intent, entities, at, repeat }];
  const actions = wanted.map((action, index) => ({ ...action, at: timeLike(action.at, heard[index]?.at) }));
  return { status: 'recognized', question, actions, ...(!question && { confirm, confirmed }), ...said };
}

/** "21:00" is the hour on the wall of whatever day. */
function timeLike(wanted: string | undefined, heard: string | undefined): string | undefined {
  const isHour = wanted !== undefined && /^\d\d:\d\d$/.test(wanted);
  return isHour && heard?.slice(11, 16) === wanted ? heard : wanted;
}
