import { table } from '../table.ts';
import type { ReferenceRun } from './reference.ts';
import type { EngineSubject, Figures, SubjectRun } from './subjects.ts';

type MeasuredSubject = EngineSubject & Figures<SubjectRun>;

/** What came of it, or why nothing could be measured. */
export type EngineReport =
  | { readonly skipped: string }
  | {
      readonly runs: number;
      readonly subjects: readonly MeasuredSubject[];
      readonly references: readonly (Figures<ReferenceRun> & { readonly language: string })[];
      readonly referenceSkipped?: string;
    };

/** For a person. */
export function formatEngineReport(report: EngineReport): string {
  if ('skipped' in report) return `the sentence engine was not measured: ${report.skipped}`;
  const { runs, subjects, references, referenceSkipped } = report;
  const share = (value: number | undefined): string => value?.toFixed(3) ?? '–';
  const times = ({ language, isCompared, median }: MeasuredSubject): string => {
    const reference = references.find((one) => one.language === language);
    return isCompared && reference ? (reference.median / median).toFixed(0) : '–';
  };
  const rows = table([
    ['sentences', 'intent', 'exact', 'µs median', 'µs p99', '× hassil', 'build ms', 'MB'],
    ...subjects.map((subject) => [
      subject.name,
      share(subject.intent),
      share(subject.exact),
      subject.median.toFixed(1),
      subject.p99.toFixed(1),
      times(subject),
      subject.buildMs.toFixed(0),
      subject.megabytes.toFixed(1),
    ]),
    ...references.map(({ version, language, buildMs, intent, exact, median, p99 }) => [
      `hassil ${version}, ${language} pack`,
      share(intent),
      share(exact),
      median.toFixed(1),
      p99.toFixed(1),
      '1',
      buildMs.toFixed(0),
      '–',
    ]),
  ]);
  const [once, tenfold] = subjects;
  const growth = once && tenfold ? (tenfold.median / once.median).toFixed(2) : '–';
  return [
    `Home Assistant's test sentences, each read once by a new process; the least of ${runs} round(s)`,
    '',
    rows,
    '',
    `ten times the sentences take ${growth} times as long`,
    ...(referenceSkipped === undefined ? [] : [`hassil was not measured: ${referenceSkipped}`]),
  ].join('\n');
}
