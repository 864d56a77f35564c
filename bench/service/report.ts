import { median } from '../median.ts';
import { table } from '../table.ts';

/** How transcripts are sent over HTTP. */
export type HttpSide = 'oneByOne' | 'eightAtOnce' | 'batch';

export interface ServiceReport {
  /** Milliseconds of each start, Redis being there. */
  readonly readyMs: readonly number[];
  readonly idleMegabytes: number;
  /** In each round. */
  readonly transcripts: number;
  /** Milliseconds a transcript, of each round. */
  readonly sides: Readonly<Record<HttpSide, readonly number[]>>;
}

const LABELS: Readonly<Record<HttpSide, string>> = {
  oneByOne: 'POST /intent, one after the other',
  eightAtOnce: 'POST /intent, eight at once',
  batch: 'POST /intent/batch',
};

export function formatServiceReport({ readyMs, idleMegabytes, transcripts, sides }: ServiceReport): string {
  const base = median(sides.oneByOne);
  return [
    'The service',
    '',
    `ready after ${median(readyMs).toFixed(0)} ms (${readyMs.length} starts); with nothing to do it holds ${idleMegabytes.toFixed(0)} MB`,
    '',
    `Transcripts never said before over HTTP, ${transcripts} a round, ${sides.batch.length} rounds`,
    '',
    table([
      ['', 'ms each', 'of one by one'],
      ...(Object.keys(LABELS) as HttpSide[]).map((side) => {
        const taken = median(sides[side]);
        return [LABELS[side], taken.toFixed(3), (taken / base).toFixed(2)];
      }),
    ]),
  ].join('\n');
}
