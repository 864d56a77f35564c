import { expect, test } from 'vitest';
import { createOpenPattern } from '../../../src/rules/open-parts.ts';

/** What the pattern let pass, quoted. */
const passed = (pattern: string, text: string): readonly string[] | undefined =>
  createOpenPattern(pattern)
    .read(text)
    ?.map(({ from, to }) => text.slice(from, to));

test.for([
  ['wlacz swiatlo.*', 'wlacz swiatlo w kuchni', [' w kuchni']],
  ['wlacz swiatlo.*', 'wlacz swiatlo', ['']],
  ['.*zgas.+', 'prosze zgas to', ['prosze ', ' to']],
  ['lamp(a|e)?.*', 'lampa tu', [' tu']],
  ['lamp\\w*', 'lampka', ['ka']],
  ['jasnosc [a-z]+ [0-9]+', 'jasnosc lampy 20', ['lampy']],
  ['zgas( w .*)?', 'zgas w kuchni', ['kuchni']],
  ['zgas( w .*)?', 'zgas', []],
  ['zgas(?: .){2,9}', 'zgas a b c', [' a b c']],
  ['(?=.*teraz)zgas.*', 'zgas teraz', [' teraz']],
  ['na \\d+', 'na 20', []],
] as const)('"%s" lets pass of "%s": %s', ([pattern, text, parts]) => {
  expect(passed(pattern, text)).toEqual(parts);
});

test('a pattern fits from the beginning to the end', () => {
  expect(passed('zgas', 'nie zgas')).toBeUndefined();
  expect(passed('zgas|gas', 'zgas to')).toBeUndefined();
});
