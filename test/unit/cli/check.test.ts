import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runCommand } from '../../support/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 30_000 });

const SHIPPED = join(import.meta.dirname, '../../../config');

/** A configuration folder: the shipped one with some files replaced. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await temporaryFolder(), 'config');
  await cp(SHIPPED, folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

test('check tells what the shipped configuration holds', async () => {
  const shown = await runCommand(['check']);
  expect(shown).toMatchObject({ code: 0, errors: '' });
  expect(shown.output).toMatch(
    /^configuration +valid\nrules +\d+\nlanguages +2\nareas +\d+\nentities +\d+\nmodels +0\n$/,
  );
  const { output } = await runCommand(['check', '--json']);
  expect(JSON.parse(output)).toEqual({
    configuration: 'valid',
    models: 0,
    rules: expect.any(Number),
    languages: 2,
    areas: expect.any(Number),
    entities: expect.any(Number),
  });
});

test('check notices names whose forms cannot be told apart, and calls it no mistake', async () => {
  const home = 'areas:\n  - { id: bar, name: bar }\n  - { id: bara, name: bara }\nentities: []\n';
  const folder = await folderWith({ 'home.yaml': home });
  const { code, output, errors } = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(output).toMatch(/^notice +pl: bar and bara share forms: "bar.*$/m);
});

test('check notices an action in a domain that nobody has, and says which one may be meant', async () => {
  const intents =
    'intents:\n  - { action: ligth.get_state, kind: query, sentences: { pl: [jak światło] } }\n';
  const folder = await folderWith({ 'intents.yaml': intents });
  const { code, output } = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(code).toBe(0);
  expect(output).toMatch(/^notice +the action ligth\.get_state .*did you mean light\.get_state\?$/m);
});

test('check places every mistake in the rules and in the home at once', async () => {
  const folder = await folderWith({
    'home.yaml': `areas:
  - id: salon
    name: salon
    flor: parter
entities:
  - id: salon
    name: 5
`,
    'intents.yaml': `intents:
  - action: light.turn_on
    sentences:
      pl: ["zapal (światło", "zgaś {nolist}"]
  - pattern: "zgaś.*"
    action: zgaś
`,
  });
  const { code, output, errors } = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect({ code, output }).toEqual({ code: 78, output: '' });
  const at = (place: string) => expect.stringContaining(`${folder}/${place}: `);
  expect(errors.trimEnd().split('\n')).toEqual([
    at('intents.yaml:4:19'),
    at('intents.yaml:4:36'),
    at('intents.yaml:6:13'),
    at('home.yaml:4:5'),
    at('home.yaml:6:9'),
    at('home.yaml:7:11'),
  ]);
  expect(errors).toContain('there is no field "flor" here');
  expect(errors).toContain('expected an entity id as in Home Assistant: light.lampa_salon');
  expect(errors).toContain('expected an action as Home Assistant writes it: light.turn_on');
});

test('check places every mistake in the configuration at once, variables among them', async () => {
  const folder = await folderWith({
    'config.yaml': 'http:\n  port: many\n  hots: x\nstreams:\n  lease_ms: 5\n',
  });
  const { code, output, errors } = await runCommand(['check', '--json'], {
    LLM_INTENT_CONFIG: folder,
    MAX_TRANSCRIPT_AGE_SECONDS: 'old',
    LLM_INTENT_HTP__PORT: '1',
  });
  expect({ code, output }).toEqual({ code: 78, output: '' });
  expect(errors.trimEnd().split('\n').sort()).toEqual([
    expect.stringContaining(`${folder}/config.yaml:2:9: `),
    expect.stringContaining(`${folder}/config.yaml:3:3: `),
    expect.stringContaining(`${folder}/config.yaml:5:13: `),
    expect.stringMatching(/^LLM_INTENT_HTP__PORT: there is no such field/),
    expect.stringMatching(/^MAX_TRANSCRIPT_AGE_SECONDS: .*expected a/),
  ]);
});

test('check tells at once what is wrong in the configuration, rules, home, packs and prices', async () => {
  const folder = await folderWith({
    'config.yaml': `http:
  port: many
rules:
  packs: [pack]
policy:
  rules:
    - { action: ligth.turn_on, decision: deny }
    - { action: light.turn_on, decision: deny, rooms: [attic] }
`,
    'intents.yaml': 'intents:\n  - { action: a.b, sentences: { pl: ["zapal (to"] } }\n',
    'prices.yaml': 'prices:\n  openai:\n    gpt-new: { prompt: cheap, completion: 1 }\n',
    'home.yaml': 'areas: [{ id: salon, name: salon }]\nentities: []\n',
  });
  const environment = { LLM_INTENT_CONFIG: folder, OPENAI_API_KEY: 'sk-nobody' };
  const shown = async (): Promise<readonly string[]> => {
    const { code, output, errors } = await runCommand(['check'], environment);
    expect({ code, output }).toEqual({ code: 78, output: '' });
    return errors.trimEnd().split('\n');
  };
  const at = (place: string, message = ''): unknown =>
    expect.stringContaining(`${folder}/${place}: ${message}`);
  const others = [
    at('intents.yaml:2:45', 'this "(" is never closed'),
    at('pack', 'cannot be read as a folder'),
    at('config.yaml:7:17', 'ligth.turn_on is in no domain'),
    at('config.yaml:8:56', 'there is no room "attic"'),
    at('prices.yaml:3:24', 'expected dollars'),
  ];
  expect(await shown()).toEqual([at('config.yaml:2:9'), ...others]);

  await writeFile(join(folder, 'home.yaml'), 'areas: [{ id: salon, name: salon, flor: x }]\nentities: []\n');
  expect(await shown()).toContainEqual(at('home.yaml:1:35'));
});

test('check makes nothing of what depends on a wrong part of the configuration', async () => {
  const folder = await folderWith({
    'config.yaml': 'llm:\n  deadline_ms: soon\nfiles:\n  home: elsewhere.yaml\n',
  });
  const environment = { LLM_INTENT_CONFIG: folder, LLM_PROVIDERS: 'openai:gpt-new' };
  const elsewhere = await runCommand(['check'], environment);
  expect(elsewhere.errors.trimEnd().split('\n')).toEqual([
    expect.stringContaining('config.yaml:2:16: '),
    expect.stringContaining('elsewhere.yaml: there is no such file'),
  ]);
  const nowhere = await runCommand(['check'], { ...environment, LLM_INTENT_FILES__INTENT: 'x.yaml' });
  expect(nowhere.errors.trimEnd().split('\n')).toEqual([
    expect.stringContaining('LLM_INTENT_FILES__INTENT: there is no such field'),
    expect.stringContaining('config.yaml:2:16: '),
  ]);
});

test('check tells what it leaves out of a pack, and that is no mistake', async () => {
  const folder = await folderWith({ 'config.yaml': 'rules:\n  packs: [sentences/pl]\n' });
  await mkdir(join(folder, 'sentences/pl'), { recursive: true });
  await writeFile(
    join(folder, 'sentences/pl/all.yaml'),
    `language: pl
intents:
  HassNevermind: { data: [{ sentences: [nic] }] }
  HassMakeCoffee: { data: [{ sentences: [kawa] }] }
`,
  );
  const { code, output } = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(code).toBe(0);
  expect(output).toMatch(
    /^notice +\S.*all\.yaml:4:3: the intent HassMakeCoffee is not known here and left out$/m,
  );
});

test.each([
  ['is no YAML', 'a: [\n', /home\.yaml:\d+:\d+: /],
  ['is binary', '\u0000\u0001\ufffd', /home\.yaml/],
  ['is a text', 'just a text\n', /home\.yaml:1:1: expected fields with their values, not a text/],
  [
    'is a bomb of aliases',
    [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c,*c,*c]',
    ].join('\n'),
    /home\.yaml: .*alias/,
  ],
])('check says so when the home %s', async (_what, content, message) => {
  const folder = await folderWith({ 'home.yaml': content });
  const { code, output, errors } = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect({ code, output }).toEqual({ code: 78, output: '' });
  expect(errors).toMatch(message);
  expect(errors).not.toMatch(/^ +at /m);
});

test('check says which file is missing, and which is no file', async () => {
  const missing = await runCommand(['check'], { LLM_INTENT_CONFIG: join(SHIPPED, 'elsewhere') });
  expect(missing).toMatchObject({
    code: 78,
    errors: `${join(SHIPPED, 'elsewhere/config.yaml')}: there is no such file\n`,
  });
  const folder = await folderWith({ 'config.yaml': 'files:\n  home: folder\n' });
  await mkdir(join(folder, 'folder'));
  const notAFile = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(notAFile.code).toBe(78);
  expect(notAFile.errors).toContain(`${join(folder, 'folder')}: `);
});

test('a secret with a mistake in it is not told', async () => {
  const { code, errors } = await runCommand(['check'], {
    REDIS_URL: 'http://user:hunter2@redis:6379',
    HTTP_TOKEN: 'short-t',
  });
  expect(code).toBe(78);
  expect(errors).toContain('REDIS_URL: ');
  expect(errors).toContain('HTTP_TOKEN: ');
  expect(errors).not.toMatch(/hunter2|short-t/);
});

test.each([['recognize', 'zapal światło'], ['serve'], ['send', 'x'], ['dead-letters', 'list']])(
  '%s ends with 78 as well where the configuration is wrong',
  async (...command) => {
    const { code, output, errors } = await runCommand(command, { PORT: 'many' });
    expect({ code, output }).toEqual({ code: 78, output: '' });
    expect(errors).toMatch(/^PORT: .*expected a.*\n$/);
  },
);

test('check refuses an address that is none of a Redis', async () => {
  expect(await runCommand(['check'], { REDIS_URL: 'localhost:6379' })).toEqual({
    code: 78,
    output: '',
    errors: 'REDIS_URL: expected an address like redis://user:password@host:6379/0\n',
  });
});

test('check wants a price of a local model that is none, and leaves one at home free', async () => {
  const ask = (address: string) =>
    runCommand(['check'], { LLM_PROVIDERS: 'local:qwen', LOCAL_BASE_URL: address });
  const { code, errors } = await ask('https://api.openai.com/v1');
  expect(code).toBe(78);
  expect(errors).toMatch(/prices\.yaml:\d+:\d+: nobody knows what local:qwen costs/);
  expect(errors).toContain('not on this machine or network');
  expect(await ask('http://192.168.1.20:8080/v1')).toMatchObject({ code: 0, errors: '' });
});

test.each([
  ['OPENAI_API_KEY', 'sk-ab…cd', 'visible ASCII'],
  ['OPENAI_API_KEY', 'sk-ab\ncd', 'visible ASCII'],
  ['ANTHROPIC_API_KEY', 'sk-one,sk two', 'visible ASCII'],
  ['OPENAI_BASE_URL', 'https://user:hush@api.openai.com/v1', 'without a user or password'],
])('check refuses %s=%j, and repeats none of it', async (name, value, expected) => {
  const { code, errors } = await runCommand(['check'], { [name]: value });
  expect(code).toBe(78);
  expect(errors).toContain(name);
  expect(errors).toContain(expected);
  expect(errors).not.toMatch(/sk-|hush/);
});

test('check reads the prompts of the tenant, and names the folder of one that has none', async () => {
  const folder = await folderWith({ 'config.yaml': 'tenant: flat-7\n' });
  const missing = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(missing).toMatchObject({
    code: 78,
    errors: expect.stringContaining(`${folder}/prompts/flat-7: there is no such folder`),
  });
  await mkdir(join(folder, 'prompts/flat-7'), { recursive: true });
  await writeFile(
    join(folder, 'prompts/flat-7/repair.txt'),
    'What was wrong: {complaint}\nSo say {it} again.\n',
  );
  const wrong = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(wrong).toMatchObject({
    code: 78,
    errors: expect.stringContaining(`${folder}/prompts/flat-7/repair.txt:2:8: there is no placeholder {it}`),
  });
});

test('check places what is wrong with the variants of an experiment', async () => {
  const folder = await folderWith({
    'config.yaml': `llm:
  providers: ["mock:any"]
  variants:
    - { name: control }
    - { name: new, providers: ["gemini:gemini-2.5-flash"] }
    - { name: curt, prompt: curt }
`,
  });
  const { code, errors } = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(code).toBe(78);
  expect(errors).toContain(`${folder}/config.yaml:5:20: gemini: there is no key: set GEMINI_API_KEY`);
  expect(errors).toContain(
    `${folder}/config.yaml:6:29: there is no prompt called "curt"; expected recognise.curt.txt`,
  );

  await writeFile(
    join(folder, 'config.yaml'),
    'llm:\n  variants:\n    - { name: one }\n    - { name: one }\n    - { name: Two }\n',
  );
  const named = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(named.errors).toContain(`${folder}/config.yaml:5:15: expected a name of small letters`);

  await writeFile(
    join(folder, 'config.yaml'),
    'llm:\n  variants:\n    - { name: one }\n    - { name: one }\n',
  );
  const twice = await runCommand(['check'], { LLM_INTENT_CONFIG: folder });
  expect(twice.errors).toContain(`${folder}/config.yaml:4:15: there are two variants called "one"`);
});

test('check tells of a limit for a room that is written otherwise than rooms are counted', async () => {
  const limits = 'budget:\n  limits:\n    - { scope: "origin:Kuchnia", daily_usd: 1 }\n';
  const folder = await folderWith({ 'config.yaml': limits });
  expect(await runCommand(['check'], { LLM_INTENT_CONFIG: folder })).toMatchObject({
    code: 78,
    errors: expect.stringMatching(
      /config\.yaml:3:\d+: rooms are counted by their ids; expected "origin:kuchnia"\n/,
    ),
  });
});

test('check tells of a second entry of limits for one room, by whatever name', async () => {
  const limits =
    'limits:\n  origins:\n    - { origin: kuchnia, minute: 5 }\n    - { origin: Kuchnia, minute: 50 }\n';
  const folder = await folderWith({ 'config.yaml': limits });
  expect(await runCommand(['check'], { LLM_INTENT_CONFIG: folder })).toMatchObject({
    code: 78,
    errors: expect.stringMatching(
      /config\.yaml:4:\d+: "Kuchnia" and "kuchnia" are one room, .*expected one entry/,
    ),
  });
});
