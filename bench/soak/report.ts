import { table } from '../table.ts';
import type { AnswerBooks } from './answer-books.ts';
import type { CallCounts } from './callers.ts';
import { livesIn, megabytes, type Sample } from './judge.ts';

/** What it was like. */
export interface SoakReport {
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly answers: AnswerBooks['counts'];
  /** Said, and not answered yet. */
  readonly open: number;
  readonly calls: Readonly<CallCounts>;
  /** Requests that wait for a model. */
  readonly waiting: number;
  /** Requests that the provider got. */
  readonly asked: number;
  /** Dollars that it wants. */
  readonly billed: number;
  /** What each replica warned of, and how often. */
  readonly warnings: Readonly<Record<string, ReadonlyMap<string, number>>>;
  /** Milliseconds from the last transcript until nothing was under way. */
  readonly settledMs: number;
  /** What was wrong. */
  readonly complaints: readonly string[];
}

/** Many alike say no more than a few of them. */
const MOST_COMPLAINTS = 30;
const MOST_WARNINGS = 12;

/** How it goes, in one line. */
export function progressLine({
  seconds,
  samples,
  answers,
  open,
  calls,
  waiting,
  asked,
  billed,
}: Omit<SoakReport, 'complaints' | 'settledMs'>): string {
  const last = samples.at(-1);
  const replicas = Object.entries(last?.replicas ?? {}).map(([name, sample]) =>
    sample
      ? `${name} ${megabytes(sample.memoryBytes)}, heap ${megabytes(sample.heapBytes)}, ${sample.files} files, loop ${(sample.loopDelay * 1000).toFixed(0)} ms`
      : `${name} away`,
  );
  const { redis } = last ?? {};
  return [
    clock(seconds),
    `said ${answers.said}, open ${open}`,
    redis ? `pending ${redis.pending}, lag ${redis.lag}` : 'Redis away',
    `HTTP ${calls.answered}, queued ${calls.queued}, waiting ${waiting}, heard ${calls.heard}`,
    `asked ${asked}, $${billed.toFixed(2)}`,
    ...replicas,
    ...(redis
      ? [
          `Redis ${megabytes(redis.bytes)}, ${redis.keys} keys, ${redis.connections} connections, ${redis.consumers} consumers`,
        ]
      : []),
  ].join(' | ');
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** All of it, for a person. */
export function formatSoak(report: SoakReport): string {
  const { answers, calls, samples, complaints, settledMs } = report;
  const counts = (named: ReadonlyMap<string, number>): string =>
    [...named]
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, many]) => `${many} ${name}`)
      .join(', ');
  const lives = livesIn(samples);
  return [
    `The soak: ${clock(report.seconds)} minutes, ${answers.said} transcripts, ${report.asked} calls of a model, $${report.billed.toFixed(2)}`,
    '',
    `answered ${answers.answered}: ${counts(answers.byStatus)}; by ${counts(answers.bySource)}`,
    `over HTTP ${calls.answered} answered, ${calls.queued} had to wait and ${calls.completed} of these were answered, ${calls.refused} refused for a while, ${calls.away} met a replica that was away; ${calls.heard} events heard`,
    `all was settled ${(settledMs / 1000).toFixed(1)} s after the last one`,
    '',
    lives.length === 0
      ? 'No process lived for ten minutes: nothing is said of memory'
      : table([
          ['process', 'minutes', 'memory, 2nd quarter', 'last', 'heap, 2nd quarter', 'last', 'files', 'last'],
          ...lives.map(({ replica, pid, seconds, memory, heap, files }) => [
            `${replica} ${pid}`,
            (seconds / 60).toFixed(0),
            ...[memory.second, memory.last, heap.second, heap.last].map(megabytes),
            ...[files.second, files.last].map(String),
          ]),
        ]),
    '',
    ...lastingOf(samples),
    '',
    ...Object.entries(report.warnings).flatMap(([name, warnings]) => [
      `${name} warned of:`,
      ...[...warnings]
        .toSorted(([, one], [, other]) => other - one)
        .slice(0, MOST_WARNINGS)
        .map(([about, many]) => `  ${many} × ${about}`),
    ]),
    '',
    complaints.length === 0 ? 'Nothing is wrong' : `${complaints.length} things are wrong:`,
    ...complaints.slice(0, MOST_COMPLAINTS).map((complaint) => `  ${complaint}`),
  ].join('\n');
}

function lastingOf(samples: readonly Sample[]): string[] {
  const looks = samples.flatMap(({ lasting }) => (lasting ? [lasting] : []));
  const half = looks[Math.floor(looks.length / 2)];
  const last = looks.at(-1);
  if (!last) return [];
  return [
    'What Redis does not forget by itself, in keys / elements, at half time and at the end:',
    ...[...last]
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([purpose, { keys, elements }]) => {
        const before = half?.get(purpose);
        return `  ${purpose}: ${before?.keys ?? 0} / ${before?.elements ?? 0}, ${keys} / ${elements}`;
      }),
  ];
}
