import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Recognise } from '../../src/intent/recognise.ts';
import { createUnderstanding, loadKnowledge } from '../../src/understanding.ts';
import { startServiceHere } from '../support/command.ts';
import { picking, startModelService } from '../support/model-service.ts';
import { postIntent } from '../support/post-intent.ts';
import { createTestStream, openRedis, startTestProcessor, toRecord } from '../support/processor.ts';
import { ownName, whereRedisIs } from '../support/shared.ts';
import { openTestTalk } from '../support/talk.ts';

const UNLOCKED = [
  { intent: 'lock.unlock', entities: { area: 'przedpokoj', entity_id: 'lock.drzwi_wejsciowe' } },
];

test('a yes over HTTP is a yes to what was asked over the streams, and events and metrics tell of it', async () => {
  const redis = openRedis();
  const name = ownName();
  const [input, output] = [`${name}:in`, `${name}:out`];
  const { url } = await startServiceHere({
    ...{ ...whereRedisIs(name), KEY_PREFIX: `${name}:`, LEASE_MS: '600' },
    ...{ INPUT_STREAM: input, OUTPUT_STREAM: output, DLQ_STREAM: `${name}:dlq` },
  });
  const order = { transcript: 'otwórz drzwi wejściowe', room: 'przedpokój', user: 'anna', frame_id: 'f1' };
  await redis.xadd(input, '*', ...Object.entries(order).flat());
  await expect.poll(() => redis.xlen(output)).toBe(1);

  const say = async (text: string, user: string): Promise<unknown> => {
    const response = await postIntent(url, { text, room: 'korytarz', user });
    return response.json();
  };
  expect(await say('tak', 'jan')).toMatchObject({ status: 'unclear', intent: 'none' });
  expect(await say('tak', 'anna')).toMatchObject({
    ...{ status: 'recognized', intent: 'lock.unlock', entities: UNLOCKED[0]?.entities, actions: UNLOCKED },
    ...{ confirmed: true, source: 'rules' },
  });
  expect(await say('tak', 'anna')).not.toHaveProperty('actions');

  const events = async () =>
    (await redis.xrange(`${name}:events`, '-', '+')).map(([, fields]) => toRecord(fields));
  await expect.poll(async () => (await events()).length).toBe(2);
  const about = { kind: 'confirm', room: 'przedpokój', user: 'anna', frame_id: 'f1' };
  const told = await events();
  expect(told).toMatchObject([
    { event: 'question_asked', ...about },
    { event: 'question_answered', kind: 'confirm', answer: 'confirmed', room: 'korytarz', user: 'anna' },
  ]);
  expect(JSON.stringify(told)).not.toMatch(/drzwi|lock|tak/);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('intent_questions_total{kind="confirm",outcome="asked"} 1');
  expect(metrics).toContain('intent_questions_total{kind="confirm",outcome="confirmed"} 1');
});

test('a yes to what a model understood needs no model, and neither does one to nothing', async () => {
  const { provider, say, answers } = await startModelService();
  provider.plan(({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'lock.unlock') }));
  await say({ transcript: 'otwórz drzwi wejściowe', room: 'przedpokój' });
  expect((await answers(1))[0]).toMatchObject({ source: 'llm', requires_confirmation: 'true' });
  await say({ transcript: 'tak', room: 'przedpokój' });
  expect((await answers(2))[1]).toMatchObject({
    ...{ source: 'rules', intent: 'lock.unlock', confirmed: 'true', actions: UNLOCKED },
  });
  await say({ transcript: 'tak', room: 'przedpokój' }, { transcript: 'nie', room: 'salon' });
  expect((await answers(4)).slice(2)).toMatchObject([
    { status: 'unclear', intent: 'none', source: 'none' },
    { status: 'unclear', intent: 'none', source: 'none' },
  ]);
  expect(provider.requests).toHaveLength(1);
});

test('an answer whose owner died behind its claim is published once, by the next owner', async () => {
  const stream = createTestStream();
  const config = await loadConfig({ RESOLVERS: 'rules' });
  const knowledge = await loadKnowledge(config);
  const open = async (): Promise<Recognise> => {
    const talk = await openTestTalk({ keyPrefix: `${stream.prefix}:` });
    return createUnderstanding(knowledge, {
      ...{ config, answered: talk.answered },
      questions: { questions: talk.questions, happened: () => undefined },
    }).recognise;
  };
  const recognise = await open();
  const first = startTestProcessor(stream, {
    flow: { leaseMs: 500 },
    async recognise(transcript, context) {
      const recognition = await recognise(transcript, context);
      if (transcript.text !== 'tak') return recognition;
      first.cutOff();
      return new Promise(() => undefined);
    },
  });
  await stream.add({ transcript: 'otwórz drzwi wejściowe', room: 'przedpokój' });
  await expect.poll(() => stream.redis.xlen(stream.output)).toBe(1);
  const yes = await stream.add({ transcript: 'tak', room: 'przedpokój' });
  // Said again, because nothing happened: this one is to nothing.
  await stream.add({ transcript: 'tak', room: 'przedpokój' });
  startTestProcessor(stream, { consumer: 'replica-2', flow: { leaseMs: 500 }, recognise: await open() });
  await stream.settled();
  expect(await stream.outputs()).toMatchObject([
    { requires_confirmation: 'true', intent: 'none' },
    { source_message_id: yes, intent: 'lock.unlock', confirmed: 'true' },
    { status: 'unclear', intent: 'none' },
  ]);
});

test('a yes that waited in the stream before anything was asked is none', async () => {
  const stream = createTestStream();
  const config = await loadConfig({ RESOLVERS: 'rules' });
  const talk = await openTestTalk({ keyPrefix: `${stream.prefix}:` });
  const { recognise } = createUnderstanding(await loadKnowledge(config), {
    ...{ config, questions: { questions: talk.questions, happened: () => undefined } },
  });
  await stream.add({ transcript: 'otwórz drzwi wejściowe', room: 'przedpokój' });
  await stream.add({ transcript: 'tak', room: 'przedpokój' });
  startTestProcessor(stream, { recognise });
  await stream.settled();
  await stream.add({ transcript: 'tak', room: 'przedpokój' });
  await stream.settled();
  expect((await stream.outputs()).map(({ intent }) => intent)).toEqual(['none', 'none', 'lock.unlock']);
});
