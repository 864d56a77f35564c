import { table } from '../table.ts';

export const SIDES = ['direct', 'ours', 'reservation', 'portkey'] as const;
export type ModelSide = (typeof SIDES)[number];

/** Milliseconds of each round, in order. */
export type Timings = Readonly<Record<ModelSide, readonly number[]>>;

interface ModelSideResult {
  readonly side: ModelSide;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds more than a direct call: the median within rounds, because the machine's speed changes between them. */
  readonly addedP50: number | null;
  readonly addedP99: number | null;
}

export interface ModelReport {
  readonly calls: number;
  readonly sides: readonly ModelSideResult[];
  /** Why there is no gateway among them. */
  readonly portkeySkipped?: string;
}

export function summarise(timings: Timings): ModelSideResult[] {
  const { direct } = timings;
  return SIDES.flatMap((side) => {
    const taken = timings[side];
    if (taken.length === 0) return [];
    const isCall = side === 'ours' || side === 'portkey';
    const added = taken.map((ms, round) => ms - (direct[round] ?? Number.NaN));
    return {
      side,
      p50: percentile(taken, 0.5),
      p99: percentile(taken, 0.99),
      addedP50: isCall ? percentile(added, 0.5) : null,
      addedP99: isCall ? percentile(taken, 0.99) - percentile(direct, 0.99) : null,
    };
  });
}

export function formatModelReport({ calls, sides, portkeySkipped }: ModelReport): string {
  const cell = (ms: number | null): string => (ms === null ? '' : ms.toFixed(3));
  return [
    `The model path, ${calls} calls one after the other to a provider that answers at once, in milliseconds`,
    '',
    table([
      ['', 'p50', 'p99', 'added p50', 'added p99'],
      ...sides.map(({ side, p50, p99, addedP50, addedP99 }) => [
        LABELS[side],
        ...[p50, p99, addedP50, addedP99].map(cell),
      ]),
    ]),
    ...(portkeySkipped === undefined ? [] : ['', `without Portkey's gateway: ${portkeySkipped}`]),
  ].join('\n');
}

const LABELS: Readonly<Record<ModelSide, string>> = {
  direct: "the provider's SDK alone",
  ours: 'words to intent, by the model path',
  reservation: '  of which the reservation',
  portkey: "through Portkey's gateway",
};

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
