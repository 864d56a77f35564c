import type { SideName } from './job.ts';
import type { Latency } from './latency.ts';
import { median } from './median.ts';
import type { Run } from './rounds.ts';
import { table } from './table.ts';

/** One line of the result: medians over the rounds. */
export interface SideResult {
  readonly side: SideName;
  readonly messagesPerSecond: number;
  readonly nodeMicrosecondsPerMessage: number;
  readonly redisMicrosecondsPerMessage: number;
  /** Median of the ratios within each round, because the machine's speed changes between rounds. */
  readonly timesRelay: number | null;
  readonly timesBullmq: number | null;
  /** Share of the transcripts that were understood. */
  readonly recognized: number;
  readonly digest: string;
}

export interface Report {
  readonly transcripts: number;
  readonly rounds: number;
  readonly sides: readonly SideResult[];
  readonly latency: readonly ({ readonly side: SideName } & Latency)[];
}

/** @param rounds the runs of each round, one per side */
export function summarise(rounds: readonly (readonly Run[])[], transcripts: number): SideResult[] {
  const [first = []] = rounds;
  const rate = ({ milliseconds }: Run): number => (transcripts / milliseconds) * 1000;
  const find = (round: readonly Run[], side: SideName): Run | undefined =>
    round.find((run) => run.side === side);

  function times(side: SideName, other: SideName): number | null {
    const ratios = rounds.flatMap((round) => {
      const [one, two] = [find(round, side), find(round, other)];
      return one && two ? [rate(one) / rate(two)] : [];
    });
    return ratios.length > 0 ? median(ratios) : null;
  }

  return first.map(({ side, outputs }) => {
    const runs = rounds.flatMap((round) => find(round, side) ?? []);
    return {
      side,
      messagesPerSecond: median(runs.map(rate)),
      nodeMicrosecondsPerMessage: median(runs.map((run) => run.nodeMicroseconds / transcripts)),
      redisMicrosecondsPerMessage: median(runs.map((run) => run.redisMicroseconds / transcripts)),
      timesRelay: times(side, 'relay'),
      timesBullmq: times(side, 'bullmq'),
      recognized: outputs.recognized,
      digest: side === 'bullmq' ? outputs.setDigest : outputs.digest,
    };
  });
}

/** For a person. */
export function formatReport({ transcripts, rounds, sides, latency }: Report): string {
  const throughput = table([
    ['side', 'messages/s', 'Node µs', 'Redis µs', '× relay', '× BullMQ', 'understood'],
    ...sides.map((side) => [
      side.side,
      Math.round(side.messagesPerSecond).toLocaleString('en'),
      side.nodeMicrosecondsPerMessage.toFixed(1),
      side.redisMicrosecondsPerMessage.toFixed(1),
      side.timesRelay?.toFixed(2) ?? '–',
      side.timesBullmq?.toFixed(2) ?? '–',
      `${Math.round(side.recognized * 100)} %`,
    ]),
  ]);
  const delays = table([
    ['latency', 'p50 ms', 'p99 ms'],
    ...latency.map(({ side, p50, p99 }) => [side, p50.toFixed(2), p99.toFixed(2)]),
  ]);
  return [
    `${transcripts} transcripts, median of ${rounds} round(s); µs of processor time per message`,
    '',
    throughput,
    '',
    delays,
    '',
    'relay, ours-instant and bullmq answer without looking and wrote the same bytes (digests compared);',
    'ours-rules and ours-repeats recognise what was said, which the other sides need not do.',
  ].join('\n');
}
