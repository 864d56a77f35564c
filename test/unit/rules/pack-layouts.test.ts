import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { loadPacks } from '../../../src/rules/load-packs.ts';
import { readRules } from '../../../src/rules/load-rules.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const home = readHome(
  `areas:
  - { id: salon, name: salon }
  - { id: kuchnia, name: kuchnia }
entities:
  - { id: light.kinkiet, name: kinkiet, area: salon }
  - { id: light.okap, name: okap, area: kuchnia }
  - { id: cover.roleta, name: roleta, area: salon }
  - { id: fan.roleta, name: roleta, area: salon }
`,
  'home.yaml',
);

type Files = Readonly<Record<string, string>>;

/** Writes files by their path below a new folder, and loads the pack in its `sentences/pl`. */
async function load(files: Files) {
  const root = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), text);
    else mkdirSync(join(root, path));
  }
  return loadPacks(readRules('intents: []\n', 'intents.yaml'), [join(root, 'sentences/pl')]);
}

async function matcherOf(files: Files) {
  const { rules } = await load(files);
  const match = createMatcher({ rules, home });
  return (text: string, room?: string) =>
    match({ text, language: 'pl', ...(room !== undefined && { room }) });
}

async function mistakesIn(files: Files): Promise<string> {
  const error = await load(files).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return String((error as Error | undefined)?.message).replaceAll(/^.*\/sentences\//gm, '');
}

/** A file in the folder of an intent. */
const combination = (sentences: readonly string[], more = ''): string =>
  `language: pl\ndata:\n  - sentences: ${JSON.stringify(sentences)}\n${more}`;

const NEVERMIND = 'language: pl\nintents: { HassNevermind: { data: [{ sentences: [nic takiego] }] } }\n';

test('sentences in the folder of an intent stand beside those that name theirs', async () => {
  const read = await matcherOf({
    'sentences/pl/_common.yaml': 'language: pl\nexpansion_rules: { zapal: "(zapal|rozpal)" }\n',
    'sentences/pl/homeassistant_HassNevermind.yaml': NEVERMIND,
    'sentences/pl/HassTurnOn/name_only.yaml': combination(['<zapal> {name}']),
    'sentences/pl/HassTurnOff/name_only.yaml': combination(['zdław {name}']),
  });
  expect(read('nic takiego')[0]?.pack?.intent).toBe('HassNevermind');
  expect(read('rozpal kinkiet')[0]).toMatchObject({
    action: 'light.turn_on',
    pack: { intent: 'HassTurnOn', slots: { name: 'kinkiet' } },
  });
  expect(read('zdław kinkiet')[0]?.action).toBe('light.turn_off');
});

test('a name is of the domains that its sentences say, and others say their domain themselves', async () => {
  const read = await matcherOf({
    'sentences/pl/HassTurnOn/name_only.yaml': combination(['rozpal {name}'], '    name_domains: [cover]\n'),
    'sentences/pl/HassTurnOn/area_domain.yaml': combination(
      ['rozjaśnij {area}'],
      '    inferred_domain: light\n',
    ),
  });
  expect(read('rozpal roleta').map(({ action }) => action)).toEqual(['cover.open_cover']);
  expect(read('rozpal kinkiet')).toEqual([]);
  expect(read('rozjaśnij salon')[0]).toMatchObject({
    action: 'light.turn_on',
    target: { area: 'salon' },
    pack: { slots: { domain: 'light' } },
  });
});

const LIGHTS = combination(['zapal światło', 'zapal światło w {area}'], '    inferred_domain: light\n');
const LIGHTS_HERE = combination(['zapal światło'], '    inferred_domain: light\n');

test('an order about kinds of things that says no place is about the room, where the pack does not tell', async () => {
  const read = await matcherOf({
    'sentences/pl/HassTurnOn/domain_only.yaml': LIGHTS_HERE,
    'sentences/pl/HassTurnOff/domain_all.yaml': combination(
      ['zgaś wszędzie'],
      '    inferred_domain: light\n',
    ),
    'sentences/pl/HassNevermind/default.yaml': combination(['nieważne']),
    'sentences/pl/HassPauseTimer/default.yaml': combination(['wstrzymaj minutnik']),
  });
  expect(read('zapal światło', 'salon')[0]).toMatchObject({
    target: { scope: 'room' },
    pack: { slots: { area: 'salon', domain: 'light' } },
  });
  expect(read('zapal światło')).toEqual([]);
  for (const text of ['nieważne', 'wstrzymaj minutnik']) expect(read(text)).toHaveLength(1);
  expect(read('zgaś wszędzie', 'salon')[0]).toMatchObject({
    target: { scope: 'all' },
    pack: { slots: { domain: 'light' } },
  });
});

test('what a checkout says of combinations goes before what they look like', async () => {
  const intents = (here: boolean): string => `HassTurnOn:
  supported: true
  slot_combinations:
    domain_only: { context_area: ${here} }
    name_only: { name_domain_groups: { shade: [cover] } }
`;
  const files = {
    'sentences/pl/HassTurnOn/domain_only.yaml': LIGHTS_HERE,
    'sentences/pl/HassTurnOn/name_only.yaml': combination(['unieś {name}'], '    name_domains: shade\n'),
  };
  const everywhere = await matcherOf({ ...files, 'intents.yaml': intents(false) });
  expect(everywhere('zapal światło', 'salon')[0]?.target?.scope).toBe('all');
  expect(everywhere('unieś roleta').map(({ action }) => action)).toEqual(['cover.open_cover']);
  const here = await matcherOf({ ...files, 'intents.yaml': intents(true) });
  expect(here('zapal światło', 'salon')[0]?.target?.scope).toBe('room');
});

test('lists and rules of a checkout are those of its languages, and theirs go first', async () => {
  const read = await matcherOf({
    'lists/shared.yaml': 'lists: { jak: { values: [słabo] }, ile: { range: { from: 0, to: 10 } } }\n',
    'lists/pl/light.yaml': 'language: pl\nlists: { jak: { values: [mocno] } }\n',
    'lists/de/light.yaml': 'language: de\nlists: { jak: { values: [stark] } }\n',
    'rules/pl/verbs.yaml': 'language: pl\nexpansion_rules: { zrób: "(zrób|rób)" }\n',
    'sentences/pl/HassNevermind/default.yaml': combination(['<zrób> {jak} {ile:times}']),
  });
  expect(read('rób mocno 7')[0]?.slots).toMatchObject({ times: 7 });
  for (const other of ['słabo', 'stark']) expect(read(`rób ${other} 7`)).toEqual([]);
});

test('rules of our own beside a pack are none of its own', async () => {
  const { rules } = await load({
    'intents.yaml':
      'language: pl\nlists: { x: { values: [a] } }\nintents: [{ action: a.b, sentences: [c] }]\n',
    'sentences/pl/HassTurnOn/area_domain.yaml': LIGHTS,
  });
  expect(rules.rules).toHaveLength(1);
});

test('the folder of an intent that nothing is known to do for is left out, and told', async () => {
  const { rules, leftOut } = await load({
    'sentences/pl/HassMakeCoffee/default.yaml': combination(['kawa']),
    'sentences/pl/HassNevermind/default.yaml': combination(['nieważne']),
  });
  expect(rules.rules).toHaveLength(1);
  expect(leftOut).toMatchObject([
    {
      file: expect.stringContaining('HassMakeCoffee/default.yaml'),
      message: expect.stringContaining('left out'),
    },
  ]);
});

test('what names lists and rules that were not copied with the sentences is left out, and told', async () => {
  const files = {
    'sentences/pl/HassTurnOn/name_only.yaml': combination(['rozpal {name}', '<zapal> {name}']),
  };
  const { rules, leftOut } = await load(files);
  expect(rules.rules).toMatchObject([{ sentences: [{ text: 'rozpal {name}' }] }]);
  expect(leftOut).toMatchObject([
    {
      line: 3,
      column: 34,
      message: expect.stringContaining('left out, as there is no expansion rule <zapal>'),
    },
  ]);
  await expect(load({ ...files, 'rules/pl/other.yaml': 'expansion_rules: { x: y }\n' })).rejects.toThrow(
    'there is no expansion rule <zapal>',
  );
});

test('names of a group of domains that nothing tells are left out, and told', async () => {
  const { rules, leftOut } = await load({
    'sentences/pl/HassTurnOn/a.yaml': combination(['rozpal {name}'], '    name_domains: shade\n'),
    'sentences/pl/HassTurnOn/b.yaml': combination(['zapal {name}']),
  });
  const sentences = rules.rules.flatMap((rule) => (rule.form === 'sentences' ? rule.sentences : []));
  expect(sentences.map(({ text }) => text)).toEqual(['zapal {name}']);
  expect(leftOut).toMatchObject([
    { line: 4, column: 19, message: expect.stringContaining('what the group of domains "shade" is') },
  ]);
});

const NONE = 'there are no sentences in this folder';

test.for([
  ['no file', { 'sentences/pl/': '' }, `pl: ${NONE}`],
  ['no sentence in its files', { 'sentences/pl/_common.yaml': 'language: pl\n' }, `pl: ${NONE}`],
  [
    'no sentence in the folder of an intent',
    { 'sentences/pl/a.yaml': NEVERMIND, 'sentences/pl/HassTurnOn/': '' },
    `pl/HassTurnOn: ${NONE}`,
  ],
  [
    'no sentence of an intent that is known',
    { 'sentences/pl/HassMakeCoffee/default.yaml': combination(['kawa']) },
    'pl/HassMakeCoffee/default.yaml:1:1: the intent HassMakeCoffee is not known here and left out',
  ],
  [
    'languages instead of intents',
    { 'sentences/pl/de/_common.yaml': 'language: de\n' },
    'pl/de: this is the folder of a language, and has to be named itself, not the folder around it',
  ],
  [
    'the sentences of one intent only',
    { 'sentences/pl/name_only.yaml': combination(['rozpal {name}']) },
    'pl/name_only.yaml:2:1: sentences that name no intent belong in a folder called as their intent',
  ],
  [
    'sentences that name their intent, in the folder of one',
    { 'sentences/pl/HassTurnOn/a.yaml': NEVERMIND },
    'pl/HassTurnOn/a.yaml:1:1: the field "data" is missing',
  ],
  [
    'a folder in that of an intent',
    { 'sentences/pl/HassTurnOn/a.yaml': LIGHTS, 'sentences/pl/HassTurnOn/deeper/b.yaml': LIGHTS },
    'pl/HassTurnOn/deeper: nothing is read of a folder in that of the intent HassTurnOn',
  ],
  [
    'two languages',
    { 'sentences/pl/a.yaml': NEVERMIND, 'sentences/pl/b.yaml': 'language: "de"\n' },
    'pl/b.yaml:1:11: this file is of the language "de", and those before it are of "pl"',
  ],
  [
    'a group of domains that nobody names',
    {
      'intents.yaml':
        'HassTurnOn: { slot_combinations: { a: { name_domain_groups: { blinds: [cover] } } } }\n',
      'sentences/pl/HassTurnOn/a.yaml': combination(['rozpal {name}'], '    name_domains: shade\n'),
    },
    'pl/HassTurnOn/a.yaml:4:19: there is no group of domains "shade" for these sentences; expected one of blinds',
  ],
  [
    'several mistakes',
    {
      'lists/all.yaml': 'lists: {}\n',
      'sentences/pl/HassTurnOn/a.yaml': combination(['rozpal (to']),
      'sentences/pl/HassTurnOn/b.yaml': combination(['rozpal <to>']),
    },
    'pl/HassTurnOn/a.yaml:3:25: this "(" is never closed\npl/HassTurnOn/b.yaml:3:25: there is no expansion rule <to>',
  ],
] as const)('a pack with %s is a mistake, and told where it is', async ([, files, expected]) => {
  expect(await mistakesIn(files)).toBe(expected);
});

test('a mistake in what a checkout says of combinations is told there', async () => {
  const files = {
    'intents.yaml': 'HassTurnOn:\n  slot_combinations:\n    domain_only: { context_area: perhaps }\n',
    'sentences/pl/HassTurnOn/domain_only.yaml': LIGHTS_HERE,
  };
  await expect(load(files)).rejects.toThrow(/intents\.yaml:3:34: .*expected true or false/);
});

test('a folder that is not there is a mistake', async () => {
  await expect(load({})).rejects.toThrow(
    /sentences\/pl: cannot be read as a folder: there is none of this name/,
  );
});
