import type { SideName } from './job.ts';
import type { Run } from './rounds.ts';

/** These write the same answers to the same input, in the same order. */
const SAME_ORDER: readonly SideName[] = ['relay', 'ours-instant'];
/** This one as well, in an order of its own. */
const SAME_SET: readonly SideName[] = [...SAME_ORDER, 'bullmq'];

/**
 * Makes sure that every side did the whole work and wrote the same bytes; how fast it was means nothing otherwise.
 *
 * @throws Error that names the side
 */
export function requireAgreement(runs: readonly Run[], transcripts: number): void {
  for (const { side, outputs } of runs) {
    if (outputs.count !== transcripts) {
      throw new Error(`${side} wrote ${outputs.count} outputs for ${transcripts} transcripts`);
    }
  }
  requireOne('the same outputs in the same order', of(runs, SAME_ORDER), ({ digest }) => digest);
  requireOne('the same outputs', of(runs, SAME_SET), ({ setDigest }) => setDigest);
  for (const side of new Set(runs.map((run) => run.side))) {
    if (side === 'bullmq') continue;
    requireOne('the same outputs in every round', of(runs, [side]), ({ digest }) => digest);
  }
}

function of(runs: readonly Run[], sides: readonly SideName[]): Run[] {
  return runs.filter(({ side }) => sides.includes(side));
}

function requireOne(what: string, runs: readonly Run[], digestOf: (outputs: Run['outputs']) => string): void {
  if (new Set(runs.map(({ outputs }) => digestOf(outputs))).size <= 1) return;
  const digests = runs.map(({ side, outputs }) => `${side} ${digestOf(outputs).slice(0, 12)}`);
  throw new Error(`not ${what}: ${digests.join(', ')}`);
}
