import { expect, test } from 'vitest';
import { createRoomPrivacy } from '../../../src/conversation/room-privacy.ts';

const AREAS: Readonly<Record<string, string>> = {
  salon: 'salon',
  'living room': 'salon',
  kuchnia: 'kuchnia',
};
const areaOf = (room: string) => AREAS[room.toLowerCase()];

test('where nothing is said of rooms, everything may leave and is remembered', () => {
  const privacy = createRoomPrivacy({ rooms: [], areaOf });
  for (const room of ['salon', 'nowhere', undefined]) {
    expect([privacy.mayLeave(room), privacy.remembers(room)]).toEqual([true, true]);
  }
});

test('a room is restricted under each of its names, the others are not', () => {
  const rooms = [{ room: 'Living room', cloud: false, remember: true }];
  const privacy = createRoomPrivacy({ rooms, areaOf });
  expect(['salon', 'SALON', 'living room', 'kuchnia'].map(privacy.mayLeave)).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect(privacy.remembers('salon')).toBe(true);
});

test('a room that nobody knows may be the restricted one', () => {
  const privacy = createRoomPrivacy({ rooms: [{ room: 'salon', cloud: false, remember: false }], areaOf });
  expect([undefined, 'satellite 7'].map(privacy.mayLeave)).toEqual([false, false]);
  expect([undefined, 'satellite 7'].map(privacy.remembers)).toEqual([false, false]);
});

test('two names of one room are the same', () => {
  const { isSame } = createRoomPrivacy({ rooms: [], areaOf });
  expect(isSame('salon', 'living room')).toBe(true);
  expect(isSame('salon', 'kuchnia')).toBe(false);
  expect(isSame(undefined, 'salon')).toBe(false);
  expect(isSame(undefined, undefined)).toBe(true);
});
