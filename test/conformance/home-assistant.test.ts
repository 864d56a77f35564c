import { beforeAll, describe, expect, test } from 'vitest';
import { missing } from './corpus.ts';
import {
  answer,
  buildSubject,
  print,
  type Score,
  type Subject,
  score,
  withoutDiacritics,
} from './measure.ts';

if (missing !== undefined) print(`Home Assistant's tests are skipped: ${missing}`);

const AIMS = { pl: { intent: 0.999, exact: 0.99 }, en: { intent: 0.999, exact: 0.99 } };

function report(what: string, { intent, exact, median, p99, wrong }: Score): void {
  const shares = `intent ${intent.toFixed(4)}, exact ${exact.toFixed(4)}`;
  print(`${what}: ${shares}, ${median.toFixed(1)} µs median, ${p99.toFixed(1)} µs p99`);
  for (const line of wrong.slice(0, 10)) print(`  ${line}`);
}

describe.skipIf(missing !== undefined).for(Object.entries(AIMS))(
  "Home Assistant's %s tests",
  ([language, aims]) => {
    let subject: Subject;
    beforeAll(async () => {
      subject = await buildSubject(language);
      const { buildMs, megabytes } = subject;
      print(`${language} pack: built in ${buildMs.toFixed(0)} ms, ${megabytes.toFixed(1)} MB`);
    });

    test('are understood through its own sentences', () => {
      const result = score(subject, answer(subject));
      report(`${language} as written`, result);
      expect(result.intent).toBeGreaterThanOrEqual(aims.intent);
      expect(result.exact).toBeGreaterThanOrEqual(aims.exact);
    });

    test('are understood without diacritics', () => {
      const result = score(subject, answer(subject, withoutDiacritics));
      report(`${language} without diacritics`, result);
      expect(result.intent).toBeGreaterThanOrEqual(0.99);
      expect(result.exact).toBeGreaterThanOrEqual(0.97);
    });
  },
);

describe.skipIf(missing !== undefined)("Home Assistant's pl tests", () => {
  test('are understood where the home lists each name once, in its dictionary form', async () => {
    const subject = await buildSubject('pl', { names: 'dictionary' });
    const result = score(subject, answer(subject));
    report('pl with dictionary forms of names only', result);
    expect(result.intent).toBeGreaterThanOrEqual(0.98);
    expect(result.exact).toBeGreaterThanOrEqual(0.95);
  });

  test('are understood as well among ten times the sentences', async () => {
    const subject = await buildSubject('pl', { times: 10 });
    const { buildMs, megabytes } = subject;
    print(`ten times the pl pack: built in ${buildMs.toFixed(0)} ms, ${megabytes.toFixed(1)} MB`);
    const result = score(subject, answer(subject));
    report('ten times pl', { ...result, wrong: [] });
    expect(result.intent).toBeGreaterThanOrEqual(AIMS.pl.intent);
  });
});
