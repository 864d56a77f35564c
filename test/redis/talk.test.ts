import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Meaning, Recognition } from '../../src/intent/recognition.ts';
import { LIT } from '../support/conversation.ts';
import { eventually, openRedis } from '../support/processor.ts';
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
  const keyPrefix = `${randomUUID()}:`;
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

test('where no model is told what was said, no word of it is kept', async () => {
  const keyPrefix = `${randomUUID()}:`;
  const talk = await openTestTalk({ keyPrefix, keepsWords: false });
  talk.answered(said('zapal tajne światło', 'f1'), understood);
  talk.answered(said('bardzo tajne', 'f2'), unclear);
  const redis = openRedis();
  await eventually(async () => (await redis.keys(`${keyPrefix}*turns*`)).length).toBe(1);
  const [turns = ''] = await redis.keys(`${keyPrefix}*turns*`);
  const kept = await redis.hvals(turns);
  expect(kept).toHaveLength(1);
  expect(kept[0]).toContain('light.turn_on');
  expect(kept[0]).not.toContain('tajne');
});
