import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCommandLine } from '../../../src/cli/run-command-line.ts';
import { readHome } from '../../../src/lexicon/home-document.ts';
import { runCommand } from '../../support/command.ts';
import { type FakeHomeAssistant, startFakeHomeAssistant, TOKEN } from '../../support/fake-home-assistant.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const entry = (id: string, more: Record<string, unknown> = {}) => ({
  entity_id: id,
  name: null,
  original_name: null,
  area_id: null,
  device_id: null,
  aliases: [],
  labels: [],
  disabled_by: null,
  ...more,
});

/** A small home as Home Assistant has it. */
async function startHome(): Promise<FakeHomeAssistant> {
  const entities = [
    entry('light.sufit', {
      name: 'Lampa sufitowa',
      area_id: 'salon',
      aliases: [null, 'żyrandol'],
      labels: ['goscie'],
    }),
    entry('cover.roleta', { original_name: 'Roleta', device_id: 'd1', original_device_class: 'shutter' }),
    entry('lock.drzwi', { name: 'Drzwi', area_id: 'salon' }),
    entry('switch.secret', { name: 'Tajny', area_id: 'salon' }),
    entry('switch.off', { name: 'Wyłączony', area_id: 'salon', disabled_by: 'user' }),
  ];
  return startFakeHomeAssistant({
    registries: {
      floors: [{ floor_id: 'parter', name: 'Parter', aliases: ['dół'], level: 0 }],
      areas: [
        {
          area_id: 'salon',
          name: 'Salon',
          aliases: ['pokój dzienny'],
          floor_id: 'parter',
          labels: ['rodzina'],
        },
        { area_id: 'kuchnia', name: 'Kuchnia', aliases: [], floor_id: null, labels: [] },
      ],
      devices: [{ id: 'd1', name: 'Somfy', area_id: 'kuchnia', labels: [] }],
      entities,
      exposed: {
        'light.sufit': true,
        'cover.roleta': true,
        'lock.drzwi': true,
        'switch.secret': false,
        'switch.off': true,
        'sensor.yaml': true,
      },
    },
    states: {
      'light.sufit': { state: 'off', attributes: { friendly_name: 'Lampa sufitowa' } },
      'sensor.yaml': { state: '21', attributes: { friendly_name: 'Termometr', device_class: 'temperature' } },
    },
  });
}

async function prepare(home?: string) {
  const fake = await startHome();
  const folder = await temporaryFolder();
  const file = join(folder, 'home.yaml');
  await writeFile(join(folder, 'config.yaml'), '');
  if (home !== undefined) await writeFile(file, home);
  const environment = { LLM_INTENT_CONFIG: folder, HA_URL: fake.url, HA_TOKEN: TOKEN };
  return {
    fake,
    file,
    environment,
    sync: (...options: string[]) => runCommand(['home', 'sync', ...options], environment),
  };
}

const OWN = `# Ours.
floors: []
areas:
  - id: salon
    name: salon
    aliases: [salonie, living room] # as grandma says
    where: { pl: w salonie, en: in the living room }
entities:
  # The one we argued about.
  - id: light.sufit
    name: lampa
    area: salon
  - id: climate.old
    name: stary grzejnik
    area: salon
`;

test('writes a home from what is exposed to conversation, and tells what it leaves out', async () => {
  const { sync, file } = await prepare();
  const { code, errors } = await sync('--yes');
  expect(code).toBe(0);
  expect(errors).toContain('note: switch.off: it is disabled in Home Assistant\n');
  expect(errors).toContain(
    `wrote ${file}; a service and a bridge that run take it up by themselves, or on SIGHUP`,
  );
  const home = readHome(await readFile(file, 'utf8'), file);
  expect(home.floors.map(({ id, names }) => [id, names])).toEqual([['parter', ['Parter', 'dół']]]);
  expect(home.area('salon')).toMatchObject({ floor: 'parter', names: ['Salon', 'pokój dzienny'] });
  expect(home.entities).toEqual([
    { id: 'cover.roleta', names: ['Roleta'], domain: 'cover', area: 'kuchnia', deviceClass: 'shutter' },
    {
      ...{ id: 'light.sufit', names: ['Lampa sufitowa', 'żyrandol'], domain: 'light', area: 'salon' },
      labels: ['goscie', 'rodzina'],
    },
    { id: 'lock.drzwi', names: ['Drzwi'], domain: 'lock', area: 'salon', labels: ['rodzina'] },
    { id: 'sensor.yaml', names: ['Termometr'], domain: 'sensor', deviceClass: 'temperature' },
  ]);
});

test('shows first what it changes, and writes nothing without a yes', async () => {
  const { sync, file } = await prepare(OWN);
  const looked = await sync('--dry-run');
  expect(looked.code).toBe(0);
  expect(looked.output).toContain('-   - id: climate.old');
  expect(looked.output).toContain('+   - id: lock.drzwi');
  expect(looked.errors).toContain('5 added, 2 changed, 1 removed');
  expect(await sync()).toMatchObject({ code: 1, errors: expect.stringContaining('add --yes to write this') });
  expect(await readFile(file, 'utf8')).toBe(OWN);
  expect(JSON.parse((await sync('--dry-run', '--json')).output)).toMatchObject({
    added: ['parter', 'kuchnia', 'cover.roleta', 'lock.drzwi', 'sensor.yaml'],
    changed: ['salon', 'light.sufit'],
    removed: ['climate.old'],
  });
});

test('keeps what was written by hand: names, comments, spaces', async () => {
  const { sync, file } = await prepare(OWN);
  await sync('--yes');
  const text = await readFile(file, 'utf8');
  expect(text).toContain('# Ours.\n');
  expect(text).toContain('  # The one we argued about.\n  - id: light.sufit\n    name: lampa\n');
  expect(text).toContain('    where: { pl: w salonie, en: in the living room }\n');
  expect(text).toContain('    aliases: [salonie, living room, pokój dzienny] # as grandma says\n');
  const home = readHome(text, file);
  expect(home.entity('light.sufit')?.names).toEqual(['lampa', 'Lampa sufitowa', 'żyrandol']);
  expect(home.entity('climate.old')).toBeUndefined();
  expect(await sync()).toMatchObject({ code: 0, errors: expect.stringContaining('is up to date') });
});

test('leaves a device class as somebody set it, and says so', async () => {
  const own = OWN.replace(
    '  - id: climate.old\n    name: stary grzejnik',
    '  - id: cover.roleta\n    name: brama\n    device_class: garage',
  );
  const { sync, file } = await prepare(own);
  const { errors } = await sync('--yes');
  expect(errors).toContain('note: cover.roleta: device_class stays garage; in Home Assistant it is shutter');
  const home = readHome(await readFile(file, 'utf8'), file);
  // Where it stands is Home Assistant's to say.
  expect(home.entity('cover.roleta')).toMatchObject({ deviceClass: 'garage', area: 'kuchnia' });
});

test('does not give one name to two things that nothing could tell apart', async () => {
  const { fake, sync, file } = await prepare();
  fake.registries.entities.push(
    entry('light.drugi', { name: 'Żyrandol', area_id: 'salon', aliases: ['kinkiet'] }),
  );
  fake.registries.exposed['light.drugi'] = true;
  fake.registries.exposed['light.sufit'] = true;
  const { errors } = await sync('--yes');
  const home = readHome(await readFile(file, 'utf8'), file);
  expect(home.entity('light.drugi')?.names).toEqual(['Żyrandol', 'kinkiet']);
  expect(home.entity('light.sufit')?.names).toEqual(['Lampa sufitowa']);
  expect(errors).toContain('light.sufit: "żyrandol" already means light.drugi here');
});

test('does not write a home with nothing in it', async () => {
  const { fake, sync, file } = await prepare(OWN);
  for (const id of Object.keys(fake.registries.exposed)) fake.registries.exposed[id] = false;
  expect(await sync('--yes')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('exposes nothing to conversation'),
  });
  expect(await readFile(file, 'utf8')).toBe(OWN);
});

test('says what is wrong with the file, the address or the token', async () => {
  const { sync, environment, fake } = await prepare('areas: [}');
  expect(await sync('--yes')).toMatchObject({ code: 78, errors: expect.stringContaining('home.yaml:1:') });
  const wrong = await runCommand(['home', 'sync'], { ...environment, HA_TOKEN: 'another' });
  expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('does not accept the token') });
  await fake.stop();
  expect(await sync('--yes')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('cannot reach Home Assistant'),
  });
});

test('needs an administrator to know what is exposed', async () => {
  const fake = await startFakeHomeAssistant({ isAdministrator: false });
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config.yaml'), '');
  const environment = { LLM_INTENT_CONFIG: folder, HA_URL: fake.url, HA_TOKEN: TOKEN };
  const { code, errors } = await runCommand(['home', 'sync', '--yes'], environment);
  expect(code).toBe(1);
  expect(errors).toContain('make the access token as one of them');
});

test('keeps watching, follows what changes, and takes away no home while nobody looks', async () => {
  const { fake, file, environment } = await prepare(OWN);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const [output, errors] = [new PassThrough().resume(), new PassThrough()];
  let said = '';
  errors.on('data', (text) => {
    said += String(text);
  });
  const running = runCommandLine(['home', 'sync', '--yes', '--watch'], {
    ...{ environment, input: Readable.from([]), output, errors, signal: stop.signal },
  });
  const change = () => fake.fire('entity_registry_updated', { action: 'update', entity_id: 'lock.drzwi' });
  const until = (look: () => Promise<void> | void) => vi.waitFor(look, { timeout: 20_000, interval: 200 });
  await until(async () => expect(await readFile(file, 'utf8')).toContain('lock.drzwi'));
  fake.registries.exposed['lock.drzwi'] = false;
  // It hears of it from when it listens on, which nobody is told; and has to be left in peace for a while then.
  const again = setInterval(change, 3500);
  await until(async () => expect(await readFile(file, 'utf8')).not.toContain('lock.drzwi'));
  clearInterval(again);
  const before = await readFile(file, 'utf8');
  fake.registries.areas.length = 0;
  fake.registries.floors.length = 0;
  fake.registries.exposed['cover.roleta'] = false;
  change();
  await until(() => expect(said).toContain('it would take away most of the home'));
  expect(await readFile(file, 'utf8')).toBe(before);
  stop.abort();
  expect(await running).toBe(0);
});
