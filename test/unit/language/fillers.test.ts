import { expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';

test.for(['pl', 'en'])('what fills a sentence turns nothing round (%s)', (language) => {
  const { fillers, cautions, directions } = knowledgeOf(language);
  expect(fillers.length).toBeGreaterThan(50);
  expect(new Set(fillers).size).toBe(fillers.length);
  for (const filler of fillers) {
    const words = foldedWords(filler);
    expect(words.join(' ')).toBe(filler);
    expect(words.filter((word) => (directions.ways.get(word) ?? 'negated') !== 'negated')).toEqual([]);
    // "Nie wiem" negates itself; a "nie" at the end would negate the order behind it.
    expect(cautions.negations).not.toContain(words.at(-1));
    // A question's first word alone asks; "czy możesz" does not.
    const [only] = words;
    if (words.length > 1 || !only) continue;
    for (const caution of Object.values(cautions) as ReadonlySet<string>[])
      expect(caution).not.toContain(only);
  }
});
