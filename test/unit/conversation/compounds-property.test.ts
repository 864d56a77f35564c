import { expect, test } from 'vitest';
import { areOpposite } from '../../../src/evaluation/direction.ts';
import { createRandom, type Random } from '../../../src/evaluation/random.ts';
import { slip } from '../../../src/evaluation/slips.ts';
import type { Action } from '../../../src/intent/recognition.ts';
import { said } from '../../support/heard-talk.ts';

const ROUNDS = 250;

/** Orders that say all of what they are about, and what people join them with. */
const SAID = {
  pl: {
    clauses: [
      'zgaś kinkiet',
      'zapal światło w kuchni',
      'wyłącz światło w łazience',
      'rozjaśnij światło w sypialni',
      'przygaś żyrandol',
      'odsłoń lewą roletę',
      'opuść rolety w sypialni',
      'wyłącz telewizor',
      'włącz ekspres do kawy',
      'wyłącz choinkę',
      'włącz wentylator w sypialni',
      'wyłącz wyciąg',
      'wysuń markizę',
      'ustaw 21 stopni w gabinecie',
      'ścisz telewizor',
      'dopisz masło do listy zakupów',
      'ustaw lampę stojącą na 40 procent',
      'puść odkurzacz',
    ],
    joins: [' i ', ', ', ', a potem ', ' oraz ', ' i jeszcze ', ', a '],
    times: ['o dwudziestej drugiej', 'za pół godziny', 'jutro o siódmej', 'w sobotę o 10:00'],
  },
  en: {
    clauses: [
      'turn off the wall light',
      'turn on the light in the kitchen',
      'switch off the bathroom lights',
      'brighten the light in the bedroom',
      'dim the chandelier',
      'open the left blind',
      'close the blinds in the bedroom',
      'turn off the tv',
      'switch on the coffee machine',
      'turn off the christmas tree',
      'turn on the fan in the bedroom',
      'turn off the extractor fan',
      'extend the awning',
      'set the office to 21 degrees',
      'turn the tv down',
      'add butter to the shopping list',
      'set the floor lamp to 40 percent',
      'start the vacuum',
    ],
    joins: [' and ', ', ', ', then ', ' and also ', ' and then '],
    times: ['at 10 pm', 'in half an hour', 'tomorrow at seven am', 'on saturday at 10 am'],
  },
} as const;
type Language = keyof typeof SAID;

/** @returns undefined where nothing is done */
async function doneFor(text: string, language: Language): Promise<readonly Action[] | undefined> {
  const meaning = await said([text], { language });
  return meaning.status === 'recognized' && meaning.kind === 'action' ? meaning.actions : undefined;
}

async function alone(clause: string, language: Language): Promise<Action> {
  const [action, ...others] = (await doneFor(clause, language)) ?? [];
  if (!action || others.length > 0)
    throw new Error(`expected one action of "${clause}"; name the thing in full`);
  return action;
}

/** Two or three different orders, as they may be said in one breath. */
function compound(
  random: Random,
  language: Language,
  joins: readonly string[] = SAID[language].joins,
): { clauses: readonly string[]; text: string } {
  const left: string[] = [...SAID[language].clauses];
  const clauses = Array.from(
    { length: 2 + random.below(2) },
    () => left.splice(random.below(left.length), 1)[0] ?? '',
  );
  const text = clauses.reduce((said, clause) => said + random.pick(joins) + clause);
  return { clauses, text };
}

test.for(['pl', 'en'] as const)(
  '%s: orders in one breath are what each is alone, in their order',
  async (language) => {
    for (let round = 0; round < ROUNDS; round++) {
      const { clauses, text } = compound(createRandom(`compound ${language} ${round}`), language);
      const expected = await Promise.all(clauses.map((clause) => alone(clause, language)));
      expect(await doneFor(text, language), text).toEqual(expected);
    }
  },
);

test.for(['pl', 'en'] as const)(
  '%s: a time before them is of all, and one behind the last of all or of none',
  async (language) => {
    for (let round = 0; round < ROUNDS; round++) {
      const random = createRandom(`timed ${language} ${round}`);
      const { clauses, text } = compound(random, language);
      const time = random.pick(SAID[language].times);
      const isAhead = random.below(2) === 0;
      const timed = isAhead ? `${time} ${text}` : `${text} ${time}`;
      const actions = await doneFor(timed, language);
      if (!actions) continue;
      const expected = await Promise.all(clauses.map((clause) => alone(clause, language)));
      expect(
        actions.map(({ intent, entities }) => ({ intent, entities })),
        timed,
      ).toEqual(expected);
      const moments = actions.map(({ at }) => at);
      expect(moments.at(-1), timed).toBeDefined();
      if (isAhead) expect(new Set(moments).size, timed).toBe(1);
    }
  },
);

test.for([
  ['pl', 0.9],
  ['en', 0.75],
] as const)(
  '%s: with nothing to part them they are the same or nothing, and mostly the same',
  async ([language, least]) => {
    let understood = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { clauses, text } = compound(createRandom(`unparted ${language} ${round}`), language, [' ']);
      const actions = await doneFor(text, language);
      if (!actions) continue;
      const expected = await Promise.all(clauses.map((clause) => alone(clause, language)));
      expect(actions, text).toEqual(expected);
      understood += 1;
    }
    expect(understood / ROUNDS).toBeGreaterThanOrEqual(least);
  },
);

test.for([
  ['pl', 0.6],
  ['en', 0.6],
] as const)(
  '%s: with a slip in a word they are the same or nothing, and mostly the same',
  async ([language, least]) => {
    let understood = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const random = createRandom(`slip ${language} ${round}`);
      const { clauses, text } = compound(random, language);
      const words = text.split(' ');
      const long = [...words.keys()].filter((at) => /^\p{L}{4,},?$/u.test(words[at] ?? ''));
      const chosen = random.pick(long);
      const slipped = words.with(chosen, slip(words[chosen] ?? '', { random, language })).join(' ');
      const actions = await doneFor(slipped, language);
      if (!actions) continue;
      const expected = await Promise.all(clauses.map((clause) => alone(clause, language)));
      const isTurned = actions.some((action, at) => areOpposite(action, expected[at] ?? action));
      expect(isTurned, slipped).toBe(false);
      // What is written down is written as it was heard.
      const plain = (all: readonly Action[]) =>
        all.map(({ intent, entities: { item: _, ...entities } }) => ({ intent, entities }));
      expect(plain(actions), slipped).toEqual(plain(expected));
      understood += 1;
    }
    expect(understood / ROUNDS).toBeGreaterThanOrEqual(least);
  },
);
