import { describe, expect, test, vi } from 'vitest';
import { runCommand } from '../../support/command.ts';

vi.setConfig({ testTimeout: 30_000 });

/** The lines of a result. */
const lines = (text: string): string[] => text.trimEnd().split('\n');
const jsonLines = (text: string) => lines(text).map((line) => JSON.parse(line) as Record<string, unknown>);

describe('recognize', () => {
  test('shows one line for each sentence below a heading, without colours where there is no terminal', async () => {
    const { code, output, errors } = await runCommand([
      'recognize',
      'zapal światło w kuchni',
      'opowiedz mi o teorii względności',
      '--room',
      'salon',
    ]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const [heading, known, unknown, ...more] = lines(output);
    expect(heading).toMatch(/^said +intent +slots +by +ms +cost$/);
    expect(known).toMatch(
      /^zapal światło w kuchni \(salon\) +light\.turn_on +area=kuchnia +rules +\d+\.\d\d +\$0$/,
    );
    expect(unknown).toMatch(/^opowiedz mi .* \(unclear\) +Nie rozumiem.* none +\d+\.\d\d +\$0$/);
    expect(more).toEqual([]);
    expect(output).not.toContain('\u001b');
  });

  test('shows when something will be done that is not meant for now, and how often', async () => {
    const { output } = await runCommand(['recognize', 'w dni powszednie o 7 podnieś rolety w sypialni']);
    expect(lines(output)[1]).toMatch(
      / cover\.open_cover +at=\d{4}-\d\d-\d\dT07:00 repeat=FREQ=WEEKLY;BYDAY=/,
    );
  });

  test('gives the output fields of the contract as one JSON object a line', async () => {
    const { code, output } = await runCommand(['recognize', '--json', 'zapal światło', 'zgaś światło']);
    expect(code).toBe(0);
    expect(jsonLines(output)).toMatchObject([
      { frame_id: 'cli-1', transcript: 'zapal światło', language: 'pl', latency_ms: expect.any(Number) },
      { frame_id: 'cli-2', transcript: 'zgaś światło', schema_version: '1', processor_id: 'llm-intent-1' },
    ]);
  });

  test('says so where the home has no such room, and understands what it can without one', async () => {
    const { code, output, errors } = await runCommand([
      'recognize',
      'zgaś wszystko',
      '--room',
      'strych',
      '--json',
    ]);
    expect({ code, lines: jsonLines(output).length }).toEqual({ code: 0, lines: 1 });
    expect(errors).toMatch(/^there is no room "strych" in .*home\.yaml; expected one of salon, .*\n$/);
  });

  test('says so where no rule speaks the language, and what it is read as', async () => {
    const words = ['recognize', 'zapal światło w kuchni', '--language', 'klingon', '--json'];
    const { code, output, errors } = await runCommand(words);
    expect({ code, lines: jsonLines(output).length }).toEqual({ code: 0, lines: 1 });
    expect(errors).toBe(
      'no rule speaks the language "klingon", so it is read as pl, then en; there are sentences in pl, en\n',
    );
  });

  test('takes the room as the place where something shall be done', async () => {
    const { output } = await runCommand(['recognize', 'zapal światło', '--room', 'kuchnia', '--json']);
    expect(jsonLines(output)).toMatchObject([
      { room: 'kuchnia', intent: 'light.turn_on', entities: { area: 'kuchnia' }, source: 'rules' },
    ]);
  });

  test('takes the language, with a region or without', async () => {
    for (const language of ['en', 'en-US']) {
      const words = ['recognize', 'turn on the light', '--room', 'salon', '--json', '--language', language];
      const { output } = await runCommand(words);
      expect(jsonLines(output)).toMatchObject([{ language, intent: 'light.turn_on' }]);
    }
    const unknown = await runCommand(['recognize', 'foo bar', '--language', 'en', '--json']);
    expect(jsonLines(unknown.output)).toMatchObject([{ response_text: expect.stringMatching(/understand/) }]);
  });

  test('explains which template and values matched, how surely, what came second, and that none did', async () => {
    const sentences = ['recognize', 'zapal światło w kuchni', 'foo bar', '--room', 'salon', '--explain'];
    const shown = await runCommand(sentences);
    expect(lines(shown.output)).toEqual([
      expect.any(String),
      expect.stringMatching(/^zapal/),
      expect.stringMatching(/^ {2}template {4}\S.*<light>/),
      '  values      area=kuchnia "kuchni"',
      expect.stringMatching(/^ {2}confidence {2}[01](\.\d+)?$/),
      expect.stringMatching(/^ {2}second {6}\S/),
      expect.stringMatching(/^foo bar/),
      '  no rule fits',
    ]);
    const [matched, none] = jsonLines((await runCommand([...sentences, '--json'])).output);
    expect(matched).toMatchObject({
      explanation: expect.stringContaining('<light>'),
      readings: [{ action: 'light.turn_on', kind: 'action', target: { area: 'kuchnia' }, rank: 0 }],
    });
    expect(none).not.toHaveProperty('explanation');
    expect(none).toMatchObject({ readings: [] });
    const [unexplained] = jsonLines((await runCommand(['recognize', 'zapal światło', '--json'])).output);
    expect(unexplained).not.toHaveProperty('explanation');
    expect(unexplained).not.toHaveProperty('readings');
  });

  test('asks for a yes where policy wants one, and does nothing at once', async () => {
    const shown = await runCommand(['recognize', 'otwórz drzwi wejściowe']);
    expect(shown.output).toMatch(/lock\.unlock \? .*entity_id=lock\.drzwi_wejsciowe/);
    const { output } = await runCommand(['recognize', 'otwórz drzwi wejściowe', '--json']);
    expect(jsonLines(output)).toMatchObject([{ intent: 'none', requires_confirmation: true }]);
  });

  test('takes what begins with a dash as a sentence behind two of them', async () => {
    const { code, output } = await runCommand(['recognize', '--json', '--', '--room', '-v']);
    expect(code).toBe(0);
    expect(jsonLines(output).map((fields) => fields['transcript'])).toEqual(['--room', '-v']);
  });

  test('needs no Redis, not even one that is named', async () => {
    const { code, output } = await runCommand(['recognize', 'zapal światło', '--json'], {
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect(code).toBe(0);
    expect(jsonLines(output)).toHaveLength(1);
  });
});
