import { table } from '../table.ts';
import type { Measured } from './subject-process.ts';

/** What one way of watching takes more than another. */
interface Overhead {
  readonly way: string;
  readonly over: string;
  /** Of processor time, for each transcript. */
  readonly microseconds: number;
  /** The same as a share of what the other way takes. */
  readonly share: number;
  /** And of what the service takes for a transcript that its rules read. */
  readonly shareOfRules: number;
}

export interface OverheadReport {
  readonly transcripts: number;
  readonly ways: readonly { readonly way: string; readonly microseconds: number }[];
  readonly overheads: readonly Overhead[];
}

/** The way in which the service runs where nobody asks for more. */
const WITH_RULES = 'tracing off';
/** Of all rounds: those that whatever else the machine does has disturbed least. */
const QUICKEST = 1 / 4;

export function summariseOverheads(
  measured: readonly Measured[],
): Pick<OverheadReport, 'ways' | 'overheads'> {
  const ways = measured.map(({ way, microseconds }) => ({ way, microseconds: undisturbed(microseconds) }));
  const rules = ways.find(({ way }) => way === WITH_RULES)?.microseconds ?? Number.NaN;
  const taken = new Map(ways.map(({ way, microseconds }) => [way, microseconds]));
  return {
    ways,
    overheads: measured.flatMap(({ way, over }) => {
      const [value, base] = [taken.get(way), taken.get(over ?? '')];
      if (over === undefined || value === undefined || base === undefined) return [];
      const more = value - base;
      return [{ way, over, microseconds: more, share: more / base, shareOfRules: more / rules }];
    }),
  };
}

/** Others on the machine can only make it take longer. */
function undisturbed(values: readonly number[]): number {
  const count = Math.ceil(values.length * QUICKEST);
  const quickest = values.toSorted((one, other) => one - other).slice(0, count);
  return quickest.reduce((sum, value) => sum + value, 0) / count;
}

/** For a person. */
export function formatOverheads({ transcripts, ways, overheads }: OverheadReport): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    `${transcripts} transcripts a round, the ways in turns in one process; µs of its processor time per message, mean of the`,
    'quickest quarter of the rounds',
    '',
    table([['watched', 'µs'], ...ways.map(({ way, microseconds }) => [way, microseconds.toFixed(2)])]),
    '',
    table([
      ['takes more', 'than', 'µs', 'share', 'of a transcript'],
      ...overheads.map(({ way, over, microseconds, share, shareOfRules }) => [
        ...[way, over, microseconds.toFixed(2), percent(share), percent(shareOfRules)],
      ]),
    ]),
    '',
    'Metrics are counted around a loop that recognises nothing, where little else is in the way; traces are carried on, or',
    'recorded and sent (OTLP in protobuf, no span dropped), around the shipped rules, which is what a transcript takes. What',
    '"again" takes more is the same once more: less than that cannot be told.',
  ].join('\n');
}
