import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { createMatcher } from '../../../src/rules/create-matcher.ts';
import { createInterpreter } from '../../../src/rules/interpret.ts';
import { loadPacks } from '../../../src/rules/load-packs.ts';
import { readRules } from '../../../src/rules/load-rules.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const home = readHome(
  `floors:
  - { id: dol, name: parter }
areas:
  - { id: salon, name: salon, aliases: [salonie], floor: dol }
  - { id: kuchnia, name: kuchnia, aliases: [kuchni], floor: dol }
  - { id: podsalonie, name: podsalonie, floor: dol }
entities:
  - { id: light.kinkiet, name: kinkiet, area: salon }
  - { id: cover.roleta, name: roleta, aliases: [roletę], area: salon, device_class: blind }
  - { id: cover.brama, name: brama, aliases: [bramę], device_class: gate }
  - { id: switch.kinkiet_w_kuchni, name: kinkiet w kuchni }
  - { id: alarm_control_panel.dom, name: alarm }
  - { id: weather.dom, name: pogoda }
  - { id: switch.roleta, name: roleta, aliases: [roletę], area: kuchnia }
`,
  'home.yaml',
);

const local = readRules('intents:\n  - { action: a.b, sentences: { pl: [zrób to] } }\n', 'intents.yaml');

/** Writes a pack, a file for each text, and loads it. */
async function load(...files: readonly string[]) {
  const folder = join(await temporaryFolder(), 'pl');
  mkdirSync(folder);
  for (const [index, text] of files.entries())
    writeFileSync(join(folder, `${index}.yaml`), `language: pl\n${text}`);
  return loadPacks(local, [folder]);
}

async function matcherOf(...files: readonly string[]) {
  const { rules } = await load(...files);
  const match = createMatcher({ rules, home });
  return (text: string, room?: string) =>
    match({ text, language: 'pl', ...(room !== undefined && { room }) });
}

/** A block of an intent with these sentences. */
const block = (intent: string, sentences: readonly string[], more = ''): string =>
  `intents:\n  ${intent}:\n    data:\n      - sentences: ${JSON.stringify(sentences)}\n${more}`;

/** Says what a block is about. */
const LIGHTS = '        slots: { domain: light }\n';

async function mistakesIn(...files: readonly string[]): Promise<string> {
  const error = await load(...files).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return String((error as Error | undefined)?.message).replaceAll(/^.*\/pl\//gm, '');
}

test('two numbers that a sentence parts by a sign may be heard as one word', async () => {
  const match = await matcherOf(`intents:
  HassStartTimer:
    data:
      - sentences: ["minutnik na {timer_hours:hours}.{timer_minutes:minutes}"]
lists:
  timer_hours: { range: { from: 0, to: 23 } }
  timer_minutes: { range: { from: 0, to: 59 } }
`);
  const slots = { hours: 19, minutes: 42 };
  expect(match('minutnik na 19.42')[0]?.pack?.slots).toEqual(slots);
  expect(match('minutnik na 19 42')[0]?.pack?.slots).toEqual(slots);
  expect(match('minutnik na 19.72')).toEqual([]);
});

test('the longer name goes before a shorter one and a place, in one sentence as in two', async () => {
  const match = await matcherOf(`intents:
  HassTurnOn:
    data:
      - sentences: ["włącz {name} [w {area}]"]
`);
  expect(match('włącz kinkiet w kuchni')[0]?.target?.entities).toEqual(['switch.kinkiet_w_kuchni']);
  expect(match('włącz kinkiet w salonie')[0]?.target?.entities).toEqual(['light.kinkiet']);
});

test('packs do without rules of our own', async () => {
  const folder = join(await temporaryFolder(), 'pl');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'light.yaml'),
    'language: pl\nintents:\n  HassTurnOn:\n    data:\n      - sentences: ["włącz {name}"]\n',
  );
  const { rules } = await loadPacks(readRules('intents: []\n', 'intents.yaml'), [folder]);
  const [match] = createMatcher({ rules, home })({ text: 'włącz kinkiet', language: 'pl' });
  expect(match).toMatchObject({ action: 'light.turn_on' });
});

test('sentences of a pack stand beside the local rules', async () => {
  const read = await matcherOf(block('HassTurnOn', ['rozpal {name}']));
  expect(read('zrób to')[0]).toMatchObject({ action: 'a.b' });
  expect(read('rozpal kinkiet')[0]).toMatchObject({
    action: 'light.turn_on',
    target: { domains: ['light'], entities: ['light.kinkiet'], words: 'kinkiet' },
    pack: { intent: 'HassTurnOn', slots: { name: 'kinkiet' } },
  });
});

test('a name alone is an order where the pack says so, and nothing that only looks like it', async () => {
  const read = await matcherOf(block('HassTurnOn', ['[rozpal] {name}']));
  expect(read('kinkiet')[0]?.action).toBe('light.turn_on');
  expect(read('kinkeit')).toEqual([]);
  expect(read('rozpal kinkeit')[0]).toMatchObject({
    action: 'light.turn_on',
    mended: [{ heard: 'kinkeit' }],
  });
});

test('a name is only what the block requires and does not exclude', async () => {
  const required = block(
    'HassTurnOn',
    ['rozpal {name}'],
    '        requires_context: { domain: cover, device_class: [blind, shade] }\n',
  );
  const excluded = block('HassTurnOn', ['ruszaj {name}'], '        excludes_context: { domain: [cover] }\n');
  const read = await matcherOf(required, excluded);
  expect(read('rozpal roletę').map(({ action }) => action)).toEqual(['cover.open_cover']);
  expect(read('rozpal bramę')).toEqual([]);
  expect(read('ruszaj roletę').map(({ action }) => action)).toEqual(['switch.turn_on']);
});

test('what Home Assistant has no action for is no order, and an alarm is armed', async () => {
  const read = await matcherOf(
    block('HassTurnOn', ['rozpal {name}']),
    block('HassTurnOff', ['zdław {name}']),
    block('HassToggle', ['przestaw {name}']),
  );
  const actionsOf = (name: string) =>
    ['rozpal', 'zdław', 'przestaw'].map((verb) => read(`${verb} ${name}`).map(({ action }) => action));
  expect(actionsOf('pogoda')).toEqual([[], [], []]);
  expect(actionsOf('alarm')).toEqual([
    ['alarm_control_panel.alarm_arm_away'],
    ['alarm_control_panel.alarm_disarm'],
    [],
  ]);
  expect(actionsOf('kinkiet')).toEqual([['light.turn_on'], ['light.turn_off'], ['light.toggle']]);
});

test('of a local sentence and one of a pack that fit the same words, the local one comes first', async () => {
  const { rules: packed } = await load(block('HassNevermind', ['zrób to']));
  const rules = { ...packed, rules: [...packed.rules].reverse() };
  const read = createMatcher({ rules, home });
  expect(read({ text: 'zrób to', language: 'pl' }).map(({ action }) => action)).toEqual([
    'a.b',
    'conversation.nevermind',
  ]);
});

test('the same name of two kinds of things is two readings', async () => {
  const read = await matcherOf(block('HassTurnOff', ['zamknij {name}']));
  expect(read('zamknij roletę').map(({ action }) => action)).toEqual([
    'cover.close_cover',
    'switch.turn_off',
  ]);
});

test('a block about here needs to know where it was said, and fills the area with it', async () => {
  const here = '        slots: { domain: light }\n        requires_context: { area: { slot: true } }\n';
  const read = await matcherOf(block('HassTurnOn', ['jasno tu'], here));
  expect(read('jasno tu')).toEqual([]);
  expect(read('jasno tu', 'salon')[0]).toMatchObject({
    action: 'light.turn_on',
    target: { domains: ['light'], scope: 'room' },
    pack: { slots: { domain: 'light', area: 'salon' } },
  });
});

test('rules and lists of a block go before those of the pack', async () => {
  const shared = `lists: { co: { values: [raz] } }\nexpansion_rules: { czyn: "rób", cale: "<czyn> {co}" }\n`;
  const own =
    '        expansion_rules: { czyn: "działaj" }\n        lists: { co: { values: [{ in: "dw(a|ie)", out: 2 }] } }\n';
  const read = await matcherOf(
    shared,
    block('HassNevermind', ['<cale>']),
    block('HassRespond', ['<cale>'], own),
  );
  expect(read('rób raz')[0]?.pack).toMatchObject({ intent: 'HassNevermind', slots: { co: 'raz' } });
  expect(read('działaj dwie')[0]?.pack).toMatchObject({ intent: 'HassRespond', slots: { co: 2 } });
  expect(read('rób dwie')).toEqual([]);
});

test('ranges have fractions and a multiplier', async () => {
  const lists = `lists:
  ciepło: { range: { from: 5, to: 30, fractions: halves } }
  część: { range: { from: 0, to: 100, step: 10, multiplier: 0.01 } }
`;
  const read = await matcherOf(
    lists,
    block('HassNevermind', ['daj {ciepło:a}[°| stopni]', 'weź {część:a}[%]']),
  );
  expect(read('daj 20,5°')[0]?.slots).toEqual({ a: 20.5 });
  expect(read('daj dwadzieścia i pół stopni')[0]?.slots).toEqual({ a: 20.5 });
  expect(read('daj 20,3')).toEqual([]);
  expect(read('weź 40%')[0]?.slots).toEqual({ a: 0.4 });
  expect(read('weź 45%')).toEqual([]);
});

test('a value may bring the context that a block requires', async () => {
  const lists =
    'lists: { rzecz: { values: [{ in: lampa, out: 1, context: { rodzaj: [szkło] } }, { in: kij, out: 2 }] } }\n';
  const read = await matcherOf(
    lists,
    block('HassNevermind', ['tłucz {rzecz}'], '        requires_context: { rodzaj: szkło }\n'),
  );
  expect(read('tłucz lampa')).toHaveLength(1);
  expect(read('tłucz kij')).toEqual([]);
});

test('an ending may stand right behind a list, and a list right behind a beginning', async () => {
  const read = await matcherOf(block('HassTurnOn', ["rusz {name}['em]", 'prze{name} [już]']));
  for (const text of ['rusz kinkiet', "rusz kinkiet'em", 'przekinkiet już'])
    expect(read(text)).not.toEqual([]);
  expect(read('rusz kinkietowo').filter(({ mended }) => !mended)).toEqual([]);
});

test('a space between two pieces of a pack may be left out, as in languages that join words', async () => {
  const lists = 'lists: { co: { wildcard: true } }\nexpansion_rules: { ton: "(dzwonek|budzik)" }\n';
  const read = await matcherOf(lists, block('HassNevermind', ['usuń {co} <ton>', 'graj (raz|dwa) <ton>']));
  expect(read('usuń Poranny budzik')[0]?.slots).toEqual({ co: 'Poranny' });
  expect(read('usuń Poranny budzik')).toHaveLength(1);
  expect(read('usuń Porannybudzik')[0]?.slots).toEqual({ co: 'Poranny' });
  expect(read('graj dwadzwonek')).not.toEqual([]);
  expect(read('graj dwabudzikami')).toEqual([]);
});

test('a block without a name is about what it requires', async () => {
  const about = '        requires_context: { domain: cover, device_class: blind }\n';
  const read = await matcherOf(block('HassTurnOff', ['zamknij wszystko {area}'], about));
  expect(read('zamknij wszystko salonie')[0]).toMatchObject({
    action: 'cover.close_cover',
    target: { domains: ['cover'], deviceClasses: ['blind'], area: 'salon' },
  });
});

test('a language without spaces is matched without them', async () => {
  const read = await matcherOf(
    'settings: { ignore_whitespace: true }\n',
    block('HassTurnOn', ['开 {name} 到{0..100:level}度']),
  );
  const home2 = read('开kinkiet到50度');
  expect(home2[0]).toMatchObject({ action: 'light.turn_on', slots: { level: 50 } });
});

test('intents that nothing is known to do for are left out, and told', async () => {
  const { rules, leftOut } = await load(
    block('HassMakeCoffee', ['kawa']),
    block('HassNevermind', ['nic takiego']),
  );
  expect(rules.rules).toHaveLength(local.rules.length + 1);
  expect(leftOut).toMatchObject([{ line: 3, column: 3, message: expect.stringContaining('HassMakeCoffee') }]);
});

test('what Home Assistant keeps itself needs no thing in the home, and may have a place', async () => {
  const read = await matcherOf(block('HassPauseTimer', ['wstrzymaj odliczanie [{area}]']));
  const [first] = read('wstrzymaj odliczanie kuchni');
  expect(first).toMatchObject({ action: 'timer.pause', slots: { area: 'kuchnia' } });
  expect(first?.target).toBeUndefined();
});

test('our slots are those of the action, the pack keeps its own', async () => {
  const timer = block('HassDecreaseTimer', ['skróć o {1..99:minutes} minut']);
  const read = await matcherOf(timer, block('HassSetVolume', ['głośność {0..100:volume_level}']));
  expect(read('skróć o 5 minut')[0]).toMatchObject({
    action: 'timer.change',
    slots: { duration: '-00:05:00' },
    pack: { slots: { minutes: 5 } },
  });
  expect(read('głośność 40')[0]).toMatchObject({
    action: 'media_player.volume_set',
    slots: { volume_level: 0.4 },
  });
});

test('a name that is a whole word is heard before a shorter one behind a joined word', async () => {
  const read = await matcherOf(block('HassTurnOn', ['rozjaśnij [pod] {area}'], LIGHTS));
  expect(read('rozjaśnij podsalonie')[0]?.target?.area).toBe('podsalonie');
  expect(read('rozjaśnij pod salonie')[0]?.target?.area).toBe('salon');
  expect(read('rozjaśnij podkuchni')[0]?.target?.area).toBe('kuchnia');
});

test('a block that asks what things are, and names none, stands behind one that says so', async () => {
  const asking = '        requires_context: { domain: cover, device_class: blind }\n';
  const saying = '        slots: { domain: cover }\n';
  const both = [
    block('HassTurnOff', ['opuść (wszystko|wszystkie rzeczy)'], asking),
    block('HassTurnOff', ['opuść wszystko'], saying),
  ];
  const read = await matcherOf(...both);
  expect(read('opuść wszystko')[0]?.pack?.slots).toEqual({ domain: 'cover' });
  expect(read('opuść wszystkie rzeczy')[0]).toMatchObject({
    action: 'cover.close_cover',
    pack: { slots: {} },
  });
});

test('a longer name is heard before a shorter one and a place', async () => {
  const read = await matcherOf(block('HassTurnOn', ['rozpal {name} w {area}', 'rozpal {name}']));
  expect(read('rozpal kinkiet w kuchni')[0]?.target?.entities).toEqual(['switch.kinkiet_w_kuchni']);
  expect(read('rozpal kinkiet w salonie')[0]?.target?.entities).toEqual(['light.kinkiet']);
});

test('the step of a volume decides the way it goes, and none is no order', async () => {
  const volume_step = '{ values: [{ in: głośniej, out: up }, { in: ciszej, out: down }] }';
  const less = '{ range: { from: 0, to: 100, multiplier: -1 } }';
  const read = await matcherOf(
    `lists: { volume_step: ${volume_step}, less: ${less} }\n`,
    block('HassSetVolumeRelative', ['graj {volume_step}', 'przycisz o {less:volume_step}']),
  );
  expect(read('graj głośniej')[0]).toMatchObject({ action: 'media_player.volume_up', slots: {} });
  expect(read('graj ciszej')[0]).toMatchObject({ action: 'media_player.volume_down', slots: {} });
  expect(read('przycisz o 20')[0]).toMatchObject({
    action: 'media_player.volume_down',
    slots: { volume_step: 0.2 },
  });
  expect(read('przycisz o 0')).toEqual([]);
});

test.for([
  ['settings: { ignore_whitespace: true }\n', '温度{t:temperature}度', '温度7.5度'],
  ['', 'מעלות ל{t:temperature}', 'מעלות ל7.5'],
] as const)(
  'a number joined to the word before it keeps its decimals: %s%s',
  async ([settings, template, text]) => {
    const range = 'lists: { t: { range: { from: 0, to: 100, fractions: tenths } } }\n';
    const read = await matcherOf(settings + range, block('HassClimateSetTemperature', [template]));
    expect(read(text)[0]?.slots).toEqual({ temperature: 7.5 });
  },
);

test('of two blocks that fit alike, the one that says which thing is meant comes first', async () => {
  const all = '        slots: { domain: light, name: all }\n';
  const read = await matcherOf(
    block('HassTurnOn', ['rozjaśnij {area}'], LIGHTS),
    block('HassTurnOn', ['rozjaśnij {area}'], all),
  );
  expect(read('rozjaśnij kuchni')[0]?.pack?.slots).toMatchObject({ name: 'all' });
});

test.for([
  [block('HassTurnOn', ['rozpal (to']), '0.yaml:5:29: this "(" is never closed'],
  [block('HassTurnOn', ['rozpal <to>']), '0.yaml:5:29: there is no expansion rule <to>'],
  [block('HassTurnOn', ['rozpal {to}']), '0.yaml:5:29: there is no list {to}'],
  [
    `expansion_rules: { a: "x <b>", b: "y [<a>]" }\n${block('HassTurnOn', ['<a>'])}`,
    '0.yaml:6:22: a rule contains itself: <a> in <b> in <a>',
  ],
  ['lists: { a: { range: 7 } }\n', '0.yaml:2:10: expected values, a range or wildcard: true'],
] as const)('a mistake is told where it is: %s', async ([text, expected]) => {
  expect(await mistakesIn(text)).toBe(expected);
});

test('what nothing uses may be wrong', async () => {
  const unused = 'lists: { a: { values: ["<nic>"] } }\nexpansion_rules: { b: "x <nic>" }\n';
  expect((await load(unused, block('HassTurnOn', ['rozpal {name}']))).rules.rules).toHaveLength(2);
  expect(await mistakesIn(unused, block('HassTurnOn', ['rozpal {a}']))).toBe(
    '1.yaml:5:29: in the list {a}: there is no expansion rule <nic>',
  );
});

test('a slot may be several device classes', async () => {
  const slots = '        slots: { domain: cover, device_class: [blind, shade] }\n';
  const read = await matcherOf(block('HassTurnOff', ['zamknij okna {area}'], slots));
  expect(read('zamknij okna salonie')[0]?.target).toMatchObject({
    deviceClasses: ['blind', 'shade'],
    area: 'salon',
  });
});

test.for(['rozpal kinkiet za 5 minut', 'za 5 minut rozpal kinkiet', 'za 5 minut nie ruszaj bramy'])(
  'an order that is quoted for later is no timer, and is not done now: %s',
  async (text) => {
    const lists = 'lists: { co: { wildcard: true } }\n';
    const { rules } = await load(
      lists,
      block('HassStartTimer', [
        '{co:conversation_command} za {1..99:minutes} minut',
        'za {1..99:minutes} minut {co:conversation_command}',
      ]),
    );
    const utterance = { text, language: 'pl' };
    const [quoted, ...others] = createMatcher({ rules, home })(utterance);
    expect(quoted).toMatchObject({ isDeferred: true, slots: { duration: '00:05:00' } });
    expect(others).toEqual([]);
    const now = {
      action: 'light.turn_on',
      kind: 'action',
      slots: {},
      confidence: 1,
      rank: 9,
      template: '',
    } as const;
    const interpret = createInterpreter({ home, threshold: 0.5 });
    expect(interpret(utterance, [now])?.meaning).toMatchObject({ status: 'recognized' });
    expect(interpret(utterance, quoted ? [quoted, now] : [])).toBeUndefined();
  },
);

test('what is loaded has another fingerprint with every pack, and with anything that a pack says', async () => {
  const pack = 'intents: { HassTurnOn: { data: [{ sentences: ["włącz {name}"] }] } }\n';
  const loaded = await Promise.all([load(pack), load(pack), load(pack.replace('włącz', 'zapal'))]);
  const [one, same, other] = loaded.map(({ rules }) => rules.fingerprint);
  expect(same).toBe(one);
  expect(new Set([local.fingerprint, one, other]).size).toBe(3);
});

test('a pack that is listed twice is a mistake, however its folder is written', async () => {
  const folder = join(await temporaryFolder(), 'pl');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'a.yaml'),
    'language: pl\nintents:\n  HassGetCurrentTime:\n    data:\n      - sentences: [która godzina]\n',
  );
  await expect(loadPacks(local, [folder, `${folder}/../pl`])).rejects.toThrow(
    /pl: this pack is listed twice/,
  );
  await expect(loadPacks(local, [join(folder, 'a.yaml')])).rejects.toThrow(
    /a file; name the folder it lies in/,
  );
});
