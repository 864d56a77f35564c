import { randomUUID } from 'node:crypto';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { connected, openConnection } from '../../src/redis/connection.ts';
import { openTalk } from '../../src/talk.ts';
import { createUnderstanding, loadKnowledge } from '../../src/understanding.ts';
import { freeze } from '../support/freeze.ts';
import { startOwnRedis } from '../support/own-redis.ts';

const config = await loadConfig({ RESOLVERS: 'rules' });
const knowledge = await loadKnowledge(config);
const CANNOT = 'Nie mogę teraz przyjąć odpowiedzi. Powiedz za chwilę całe polecenie jeszcze raz.';
const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
const { signal } = new AbortController();

/** A replica on such a Redis, with what became of its questions. */
async function openReplica(url: string): Promise<{
  say(text: string): Promise<Recognition['meaning']>;
  readonly happened: string[];
}> {
  const redis = openConnection({
    ...{ url, key: 'test', name: 'test:questions' },
    events: { lost: () => undefined, ready: () => undefined },
  });
  onTestFinished(() => redis.disconnect());
  await connected(redis, AbortSignal.timeout(10_000));
  const happened: string[] = [];
  const talk = openTalk({
    ...{ config, home: knowledge.home, redis, clock: systemClock },
    events: { trouble: () => undefined, recovered: () => undefined, corrupted: () => undefined },
  });
  const { recognise } = createUnderstanding(knowledge, {
    config,
    questions: { questions: talk.questions, happened: (outcome) => happened.push(outcome) },
  });
  return {
    happened,
    async say(text) {
      const transcript = { text, language: 'pl', room: 'przedpokój', frameId: randomUUID() };
      return (await recognise(transcript, { span, signal, mayWait: true })).meaning;
    },
  };
}

test('a Redis that is away: what cannot be asked is said to be so, no yes does anything, and then all is well again', async () => {
  const own = await startOwnRedis();
  const { say, happened } = await openReplica(own.url);
  await own.kill();
  const order = await say('otwórz drzwi wejściowe');
  expect(order).toMatchObject({ requiresConfirmation: true, responseText: CANNOT });
  expect(await say('tak')).toEqual({ status: 'unclear', responseText: CANNOT });
  expect(await say('zgaś światło')).toMatchObject({ status: 'recognized' });
  expect(happened).toEqual(['not_kept']);
  await own.restart();
  await expect
    .poll(async () => {
      await say('otwórz drzwi wejściowe');
      return happened.at(-1);
    })
    .toBe('asked');
  expect(await say('tak')).toMatchObject({ isConfirmed: true });
});

test('a frozen Redis delays one order by little, and its question is not there when it goes on', async () => {
  const own = await startOwnRedis();
  const { say, happened } = await openReplica(own.url);
  // Its scripts are known by now.
  await say('otwórz drzwi wejściowe');
  await say('nie');
  const thaw = freeze(own.pid());
  expect(await say('otwórz drzwi wejściowe')).toMatchObject({ responseText: CANNOT });
  expect(await say('tak')).toEqual({ status: 'unclear', responseText: CANNOT });
  thaw();
  // The question arrives, and what drops it behind it.
  await expect
    .poll(async () => {
      const meaning = await say('tak');
      expect(meaning).toMatchObject({ status: 'unclear' });
      return 'responseText' in meaning && meaning.responseText;
    })
    .toMatch(/^O nic/);
  expect(happened).toEqual(['asked', 'declined', 'not_kept']);
});
