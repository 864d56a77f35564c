import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSpeech } from '../../../bench/soak/speech.ts';
import { loadHome } from '../../../src/lexicon/home-document.ts';

const home = await loadHome(join(import.meta.dirname, '../../../config/home.yaml'));

function row(seed: string, length = 2000) {
  const speech = createSpeech(home, seed);
  return Array.from({ length }, () => speech.next());
}

test('the same seed says the same, another one something else', () => {
  expect(row('1', 50)).toEqual(row('1', 50));
  expect(row('1', 50)).not.toEqual(row('2', 50));
});

test('both languages are spoken, in rooms of the home and in others, by people who are known and who are not', () => {
  const all = row('1');
  expect(new Set(all.map(({ language }) => language))).toEqual(new Set(['pl', 'en']));
  const known = all.filter(({ room }) => home.areaOfRoom(room));
  expect(known.length).toBeGreaterThan(200);
  expect(known.length).toBeLessThan(1800);
  expect(new Set(all.map(({ user }) => user))).toEqual(new Set(['anna', 'jan', 'zofia', undefined]));
});

test('who wants something that needs a yes says yes or no next, in the same room and language', () => {
  const all = row('1');
  const asked = [...all.entries()].filter(
    ([, { text }]) => /^(otwórz|rozbrój|open|unlock)/.test(text) && !/światł/.test(text),
  );
  expect(asked.length).toBeGreaterThan(20);
  for (const [index, { room, language }] of asked.slice(0, 20)) {
    const next = all.slice(index + 1).find((saying) => saying.room === room);
    expect(next).toMatchObject({ language, text: expect.stringMatching(/^(tak|nie|no|yes)/) });
  }
});
