// Measures how fast sentences are understood, each read for the first time, beside hassil, Home Assistant's own
// matcher: `make bench`, or node bench/engine/main.ts [--quick] [--json]
import { parseArgs } from 'node:util';
import { missing } from '../../test/conformance/corpus.ts';
import { measureReference, type ReferenceRun, referenceMissing } from './reference.ts';
import { type EngineReport, formatEngineReport } from './report.ts';
import { measureSubject } from './subject-process.ts';
import { figuresOf, SUBJECTS, type SubjectRun } from './subjects.ts';

const { values: settings } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
try {
  const report = await measure(settings.quick ? 1 : 5);
  console.log(settings.json ? JSON.stringify(report, undefined, 2) : formatEngineReport(report));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function measure(runs: number): Promise<EngineReport> {
  if (missing !== undefined) return { skipped: missing };
  const referenceSkipped = await referenceMissing();
  const compared = SUBJECTS.filter(({ isCompared }) => isCompared && referenceSkipped === undefined);
  const results = SUBJECTS.map((): SubjectRun[] => []);
  const references = compared.map((): ReferenceRun[] => []);
  // Everything in each round, because the machine's speed changes between rounds.
  for (let round = 1; round <= runs; round++) {
    for (const [index, subject] of SUBJECTS.entries()) {
      progress(`round ${round} of ${runs}: ${subject.name}`);
      results[index]?.push(await measureSubject(subject));
    }
    for (const [index, { language }] of compared.entries()) {
      progress(`round ${round} of ${runs}: hassil, ${language}`);
      references[index]?.push(await measureReference(language));
    }
  }
  return {
    runs,
    subjects: SUBJECTS.map((subject, index) => ({ ...subject, ...figuresOf(results[index] ?? []) })),
    references: compared.map(({ language }, index) => ({ language, ...figuresOf(references[index] ?? []) })),
    ...(referenceSkipped !== undefined && { referenceSkipped }),
  };
}

/** Beside the result, which alone is on standard output. */
function progress(what: string): void {
  console.error(what);
}
