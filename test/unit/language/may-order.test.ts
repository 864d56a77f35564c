import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import { mayOrder } from '../../../src/language/may-order.ts';

test.for([
  ['pl', 'nie włączaj światła'],
  ['pl', 'światła w kuchni nie gaś'],
  ['pl', 'żebyś mi nie otwierał bramy'],
  ['pl', 'przestań zapalać lampę'],
  ['pl', 'zgaś wszystko oprócz kuchni'],
  ['pl', 'czy światło w kuchni jest włączone'],
  ['pl', 'hej, czy mam zamknąć garaż'],
  ['pl', 'kto kazał otworzyć drzwi'],
  ['pl', 'kiedy możesz włączyć pralkę'],
  ['pl', 'brama zamknięta?'],
  ['en', "don't turn on the light"],
  ['en', 'do not unlock the door please'],
  ['en', 'whatever you do, never open the garage'],
  ['en', 'stop switching the lights off'],
  ['en', 'all lights off except the hall'],
  ['en', 'is the kitchen light on'],
  ['en', 'why did you close the blinds'],
  ['en', 'did you lock up?'],
])('%s: "%s" orders nothing', ([language = '', text = '']) => {
  expect(mayOrder({ text, language })).toBe(false);
});

test.for([
  ['pl', 'włącz światło'],
  ['pl', 'czy mógłbyś włączyć światło'],
  ['pl', 'czy możesz zgasić lampę?'],
  ['pl', 'czy byłaby możliwość otwarcia okna'],
  ['pl', 'jeśli to nie problem, opuść rolety'],
  ['pl', 'nie, na dwadzieścia stopni'],
  ['pl', 'ciemno tu'],
  ['en', 'turn on the light'],
  ['en', 'could you open the blinds?'],
  ['en', 'do you think you could dim the lights'],
  ['en', "if you don't mind, lock the door"],
  ['en', 'no, the kitchen one'],
  ['en', "we're out of milk"],
  ['de', 'mach das Licht nicht an'],
])('%s: "%s" may be an order', ([language = '', text = '']) => {
  expect(mayOrder({ text, language })).toBe(true);
});

test.for(['pl', 'en'])('of the corpus nothing negated is, and nearly every order (%s)', async (language) => {
  const cases = await loadCorpus(join(import.meta.dirname, `../../golden/corpus/${language}.yaml`));
  const negated = cases.filter(({ kind }) => kind === 'negated');
  expect(negated.length).toBeGreaterThan(5);
  expect(negated.filter(({ says: text }) => mayOrder({ text, language }))).toEqual([]);
  const orders = cases.filter(
    ({ readings: [right] }) => right?.status === 'recognized' && right.kind === 'action',
  );
  const heard = orders.filter(({ says: text }) => mayOrder({ text, language }));
  expect(heard.length / orders.length).toBeGreaterThan(0.98);
});
