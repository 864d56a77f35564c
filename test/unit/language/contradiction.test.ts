import { expect, test } from 'vitest';
import { contradicts } from '../../../src/language/contradiction.ts';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';

test.for([
  ['pl', 'przyciemnij światło na sto', { brightness_pct: 100 }, true],
  ['pl', 'przyciemnij światło na dziesięć', { brightness_pct: 10 }, false],
  ['pl', 'podgłośnij na zero', { volume_level: 0 }, true],
  ['pl', 'zwiększ obroty na zero', { percentage: 0 }, true],
  ['pl', 'ustaw światło na sto', { brightness_pct: 100 }, false],
  ['pl', 'zamknij roletę na trzydzieści', { position: 30 }, true],
  ['pl', 'zamknij roletę do połowy', { position: 50 }, false],
  ['pl', 'zamknij roletę na zero', { position: 0 }, false],
  ['pl', 'ustaw termostat na sto', { temperature: 100 }, false],
  ['en', 'turn the volume down to the maximum', { volume_level: 1 }, true],
  ['en', 'raise the blinds to zero', { position: 0 }, true],
] as const)('%s: "%s" %o contradicts itself: %s', ([language, text, slots, expected]) => {
  expect(contradicts(() => foldedWords(text), slots, knowledgeOf(language).directions)).toBe(expected);
});
