import { expect, test } from 'vitest';
import type { Meaning, Recognition } from '../../src/intent/recognition.ts';
import { LIT } from '../support/conversation.ts';
import { openRedis } from '../support/processor.ts';
import { mayOpen } from '../support/questions.ts';
import { ownName } from '../support/shared.ts';
import { openTestTalk } from '../support/talk.ts';

const understood: Recognition = {
  meaning: {
    ...{ status: 'recognized', kind: 'action', actions: [LIT] },
    ...{ confidence: 1, requiresConfirmation: false },
  },
  source: 'rules',
};
const unclear: Recognition = {
  meaning: { status: 'unclear', responseText: 'Nie rozumiem.' },
  source: 'none',
};
const query: Meaning = {
  ...{ status: 'recognized', kind: 'query', confidence: 1 },
  query: { intent: 'climate.get_temperature', entities: { area: 'salon' } },
};
const said = (text: string, frameId: string) => ({ text, frameId, language: 'pl', room: 'Salon' });
const utterance = { text: 'a teraz zgaś', language: 'pl', room: 'salonie' };

test('what was understood in a room is known in another replica, by whatever name the room goes', async () => {
  const keyPrefix = `${ownName()}:`;
  const talk = await openTestTalk({ keyPrefix });
  talk.answered(said('zapal', 'f1'), understood);
  talk.answered(said('mruczando', 'f2'), unclear);
  talk.answered(said('ile jest stopni', 'f3'), { meaning: query, source: 'rules' });
  await talk.close();
  const other = await openTestTalk({ keyPrefix });
  expect(await other.pastOf(utterance)).toMatchObject([
    { actions: [LIT] },
    { actions: [], query: query.query },
  ]);
  expect(await other.pastOf({ ...utterance, frameId: 'f3' })).toHaveLength(1);
  expect(await other.pastOf({ ...utterance, room: 'kuchnia' })).toEqual([]);
  expect(other.pastOf({ text: 'a teraz zgaś', language: 'pl' })).toEqual([]);
});

test('an answer is remembered with all the words that it took, so that what follows can lean on them', async () => {
  const talk = await openTestTalk({ keyPrefix: `${ownName()}:` });
  talk.answered(said('stojącą', 'f1'), { ...understood, saidInFull: 'włącz lampę stojącą' });
  expect(await talk.pastOf(utterance)).toMatchObject([{ said: 'włącz lampę stojącą', actions: [LIT] }]);
});

test('in a room that is not remembered somebody can still be asked, and nothing else is kept', async () => {
  const keyPrefix = `${ownName()}:`;
  const rooms = [{ room: 'salon', cloud: true, remember: false }];
  const talk = await openTestTalk({ keyPrefix, rooms });
  const speaker = { room: 'Salon' };
  const question = { ...mayOpen('q'), said: 'otwórz tajne drzwi' };
  expect(await talk.questions.ask(question, speaker, { id: 'q' })).toBe(true);
  expect(await talk.questions.waitingFor(speaker, { id: 'a' })).toEqual({ open: mayOpen('q') });
  talk.answered(said('otwórz drzwi', 'q'), understood);
  const other = await openTestTalk({ keyPrefix, rooms });
  expect(await other.questions.claim(mayOpen('q'), speaker, { id: 'a' })).toBe(true);
  await talk.close();
  const redis = openRedis();
  const keys = await redis.keys(`${keyPrefix}*`);
  expect(keys.filter((key) => /turns|talks/.test(key))).toEqual([]);
  for (const key of keys) expect(await redis.pttl(key)).toBeLessThanOrEqual(30_000);
});
