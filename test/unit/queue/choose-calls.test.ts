import { expect, test } from 'vitest';
import { chooseCalls } from '../../../src/queue/choose-calls.ts';

/** `a1 a2 b1`: ids, the host first. */
const calls = (ids: string) => ids.split(' ').map((queueId) => ({ queueId, host: queueId.slice(0, 1) }));

test.each([
  ['who was due first is called first', 'a1 b1 c1', '', 2, 'a1 b1'],
  ['of one host no more than two at once', 'a1 a2 a3', '', 8, 'a1 a2'],
  ['those under way count', 'a1 a2 b1', 'a', 8, 'b1 a1'],
  ['whose host has two under way waits', 'a1 b1', 'aa', 8, 'b1'],
  ['hosts at which nobody is go before a second call', 'a1 a2 b1 c1', '', 3, 'a1 b1 c1'],
  ['nobody where there is no room', 'a1', '', 0, ''],
])('%s', (_, due, underWay, room, chosen) => {
  const found = chooseCalls(calls(due), { underWay, room });
  expect(found.map(({ queueId }) => queueId).join(' ')).toBe(chosen);
});
