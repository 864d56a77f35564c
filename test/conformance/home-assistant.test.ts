import { beforeAll, describe, expect, test } from 'vitest';
import { missing } from './corpus.ts';
import { buildSubject, print, type Score, type Subject, score, withoutDiacritics } from './measure.ts';

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
      const result = score(subject, { language });
      report(`${language} as written`, result);
      expect(result.intent).toBeGreaterThanOrEqual(aims.intent);
      expect(result.exact).toBeGreaterThanOrEqual(aims.exact);
    });

    test('are understood without diacritics', () => {
      const result = score(subject, { language, heard: withoutDiacritics });
      report(`${language} without diacritics`, result);
      expect(result.intent).toBeGreaterThanOrEqual(0.99);
      expect(result.exact).toBeGreaterThanOrEqual(0.97);
    });
  },
);
