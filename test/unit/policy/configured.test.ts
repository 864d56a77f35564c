import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';
import { loadUnderstanding, type Understanding } from '../../../src/understanding.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SHIPPED = join(import.meta.dirname, '../../../config');

/** The shipped configuration with these lines as its `config.yaml`. */
async function understandingWith(
  lines: readonly string[],
  { now = '2026-11-21T12:00:00Z', environment = {} }: { now?: string; environment?: object } = {},
): Promise<{ folder: string; load: () => Promise<Understanding> }> {
  const folder = join(await temporaryFolder(), 'config');
  await cp(SHIPPED, folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), lines.join('\n'));
  const clock = { now: () => Date.parse(now), monotonic: () => 0 };
  return {
    folder,
    load: async () =>
      loadUnderstanding(await loadConfig({ LLM_INTENT_CONFIG: folder, ...environment }), { clock }),
  };
}

async function statusOf(understanding: Understanding, said: Partial<Transcript>): Promise<string> {
  const transcript = { text: '', frameId: 'f1', language: 'pl', ...said };
  const { meaning } = await understanding.recognise(transcript, {
    signal: new AbortController().signal,
    span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    mayWait: true,
  });
  return 'requiresConfirmation' in meaning && meaning.requiresConfirmation ? 'confirm' : meaning.status;
}

describe('the configured policy', () => {
  test('decides by the home: its rooms by name or alias, its zone, and who speaks', async () => {
    const { load } = await understandingWith(
      [
        'time_zone: Asia/Tokyo',
        'policy:',
        '  trust_user: true',
        '  rules:',
        '    - { action: "vacuum.*", hours: "20:00-22:00", decision: deny }',
        '    - { action: "lock.*", rooms: [biurze], users: [Anna], decision: allow }',
        '    - { action: "light.*", rooms: ["kids room"], decision: confirm }',
      ],
      // 21:00 in Tokyo.
      { now: '2026-11-21T12:00:00Z' },
    );
    const understanding = await load();
    expect(await statusOf(understanding, { text: 'włącz odkurzacz' })).toBe('refused');
    const unlock = 'otwórz drzwi wejściowe';
    expect(await statusOf(understanding, { text: unlock, room: 'gabinet', user: 'anna' })).toBe('recognized');
    expect(await statusOf(understanding, { text: unlock, room: 'gabinet' })).toBe('confirm');
    expect(await statusOf(understanding, { text: unlock, room: 'salon', user: 'anna' })).toBe('confirm');
    expect(await statusOf(understanding, { text: 'zapal światło', room: 'pokoj_dzieciecy' })).toBe('confirm');
    expect(await statusOf(understanding, { text: 'zapal światło', room: 'salon' })).toBe('recognized');
  });

  test('keeps things from a user: by the room they stand in, and by how they are marked', async () => {
    const { folder, load } = await understandingWith([
      'policy:',
      '  rules:',
      '    - { action: "*", users: [kid], areas: [biuro], decision: deny }',
      '    - { action: "*", users: [kid], labels: [rodzice], decision: deny }',
      '    - { action: "light.*", labels: [rodzice], rooms: [kuchnia], decision: confirm }',
    ]);
    const file = join(folder, 'home.yaml');
    const home = await readFile(file, 'utf8');
    await writeFile(
      file,
      home.replace('    name: kinkiet\n', '    name: kinkiet\n    labels: [drogie, rodzice]\n'),
    );
    const understanding = await load();
    const by = (user: string | undefined, text: string, room = 'salon') =>
      statusOf(understanding, { text, room, ...(user !== undefined && { user }) });
    expect(await by('kid', 'zapal kinkiet')).toBe('refused');
    expect(await by('Kid', 'zapal kinkiet')).toBe('refused');
    expect(await by('kid', 'czy kinkiet się świeci')).toBe('refused');
    expect(await by('kid', 'zgaś wszystkie światła')).toBe('refused');
    expect(await by('kid', 'zapal światło', 'gabinet')).toBe('refused');
    expect(await by('kid', 'zapal lampę stojącą')).toBe('recognized');
    expect(await by('kid', 'zapal światło', 'kuchnia')).toBe('recognized');
    expect(await by('anna', 'zapal kinkiet')).toBe('recognized');
    expect(await by(undefined, 'zapal kinkiet')).toBe('recognized');
    expect(await by('anna', 'zapal kinkiet w salonie', 'kuchnia')).toBe('confirm');
  });

  test('places an area and a label that nothing has', async () => {
    const { load } = await understandingWith([
      'policy:',
      '  rules:',
      '    - { action: "light.*", areas: [piwnica], decision: deny }',
      '    - { action: "light.*", labels: [rodzice], decision: deny }',
    ]);
    await expect(load()).rejects.toThrow(/config.yaml:3:.*there is no room "piwnica"/);
    await expect(load()).rejects.toThrow(/config.yaml:4:.*has the label "rodzice"/);
  });

  test('places what can never decide, what trusts too much and what is not there', async () => {
    const { folder, load } = await understandingWith([
      'policy:',
      '  rules:',
      '    - { action: "lock.*", decision: confirm }',
      '    - { action: "lock.unlock", decision: deny }',
      '    - { action: "cover.*", users: [jan], decision: allow }',
    ]);
    await expect(load()).rejects.toThrow(
      new RegExp(`^${folder}/config.yaml:4:7: .*contradicts.*\n${folder}/config.yaml:5:7: .*trust_user`),
    );
    const other = await understandingWith([
      'policy:',
      '  rules:',
      '    - action: "light.*"',
      '      rooms: [salon, strych]',
      '      hours: "08:00-8:00"',
      '      decision: deny',
    ]);
    await expect(other.load()).rejects.toThrow(
      /config.yaml:4:22: there is no room "strych" in .*home.yaml; expected one of salon.*\n.*:5:14: expected hours/,
    );
  });

  test('places a rule about no domain there is, and says which one may be meant', async () => {
    const { load } = await understandingWith([
      'policy:',
      '  rules:',
      '    - { action: "lok.*", decision: deny }',
      '    - { action: "*.turn_on", decision: confirm }',
      '    - { action: "l*.turn_off", decision: confirm }',
    ]);
    await expect(load()).rejects.toThrow(
      /^[^\n]*config.yaml:3:17: lok\.\* is in no domain .*; did you mean lock\.\*\?$/,
    );
  });

  test('places a slip in an action or in a device class, and says what may be meant', async () => {
    const { load } = await understandingWith([
      'policy:',
      '  rules:',
      '    - { action: "lock.unlok", decision: deny }',
      '    - { action: "cover.*", device_class: garag, decision: deny }',
      '    - { action: "fan.turn_*", decision: confirm }',
      '    - { action: "siren.turn_on", decision: confirm }',
      '    - { action: "script.my_own", decision: confirm }',
      '    - { action: "*.turn_off", device_class: outlet, decision: confirm }',
      '    - { action: "light.dance_*", decision: confirm }',
    ]);
    await expect(load()).rejects.toThrow(
      /^[^\n]*:3:17: lock\.unlok fits no action [^\n]*; did you mean lock\.unlock\?\n[^\n]*:4:42: [^\n]*garag; did you mean garage\?\n[^\n]*:9:17: light\.dance_\* fits [^\n]*; expected one of light\.toggle, .*$/,
    );
  });

  test('knows what is touched, however it is said: by area, by list, as everything, or as what is not there', async () => {
    const { folder, load } = await understandingWith(['files: { intents: own.yaml }']);
    const intent = (say: string, action: string, slots: string): string =>
      `  - { pattern: "${say}", action: "${action}", slots: { ${slots} } }`;
    await writeFile(
      join(folder, 'own.yaml'),
      [
        'intents:',
        intent('rolety', 'cover.open_cover', 'area: salon'),
        intent('garaz', 'cover.open_cover', 'area: garaz'),
        intent('pietro', 'cover.open_cover', 'floor: pietro'),
        intent('wszystko', 'cover.open_cover', 'entity_id: all'),
        intent('nieznane', 'cover.open_cover', 'entity_id: cover.nie_ma'),
        intent('nigdzie', 'cover.open_cover', 'area: nie_ma'),
        intent('swiatlo', 'homeassistant.turn_off', 'entity_id: light.salon_kinkiet'),
        intent('dom', 'homeassistant.turn_off', 'entity_id: all'),
        intent('minutnik', 'timer.start', 'duration: 5'),
      ].join('\n'),
    );
    const understanding = await load();
    const statuses: Record<string, string> = {};
    const said = [
      'rolety',
      'garaz',
      'pietro',
      'wszystko',
      'nieznane',
      'nigdzie',
      'swiatlo',
      'dom',
      'minutnik',
    ];
    for (const text of said) statuses[text] = await statusOf(understanding, { text });
    expect(statuses).toEqual({
      rolety: 'recognized',
      garaz: 'confirm',
      pietro: 'recognized',
      wszystko: 'confirm',
      nieznane: 'confirm',
      nigdzie: 'confirm',
      swiatlo: 'recognized',
      dom: 'confirm',
      minutnik: 'recognized',
    });
  });

  test('names the variable where the environment says it', async () => {
    const variable = 'LLM_INTENT_POLICY__RULES';
    const { load } = await understandingWith([''], {
      environment: { [variable]: '[{"action": "*", "rooms": ["strych"], "decision": "deny"}]' },
    });
    await expect(load()).rejects.toThrow(`${variable}: there is no room "strych"`);
  });

  test('refuses an action without a domain, and a zone that there is not', async () => {
    const { load } = await understandingWith([
      'time_zone: Europe/Warschau',
      'policy:',
      '  rules:',
      '    - { action: lock, decision: deny }',
    ]);
    await expect(load()).rejects.toThrow(/:1:12: expected a time zone.*[\s\S]*:4:17: expected an action/);
  });
});
