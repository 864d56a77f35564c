// Runs two replicas for an hour under what a household says, with everything going wrong now and then, and fails where
// anything was lost, doubled, mixed up, paid for beyond the cap, or grows: `make soak`, or
// SOAK_MINUTES=3 node bench/soak/main.ts [--per-second 50] [--seed 1]
import { parseArgs } from 'node:util';
import { formatSoak, progressLine } from './report.ts';
import { soak } from './run.ts';

const SHORTEST_MINUTES = 1;
const LONGEST_MINUTES = 24 * 60;
/** Seconds between two lines. */
const LINE_EVERY = 60;

try {
  const settings = readSettings();
  const ending = new AbortController();
  const end = (): void => (ending.signal.aborted ? process.exit(130) : ending.abort());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  let next = 0;
  const report = await soak({
    ...settings,
    signal: ending.signal,
    trouble: (name) => console.log(`      ${name}`),
    sampled(progress) {
      if (progress.seconds < next) return;
      next += Math.min(LINE_EVERY, settings.seconds / 5);
      console.log(progressLine(progress));
    },
  });
  console.log(formatSoak(report));
  if (report.complaints.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readSettings(): { seconds: number; perSecond: number; seed: number } {
  const { values } = parseArgs({
    options: {
      'per-second': { type: 'string', default: '50' },
      seed: { type: 'string', default: '1' },
    },
  });
  const minutes = Number(process.env['SOAK_MINUTES'] || 60);
  if (!(minutes >= SHORTEST_MINUTES && minutes <= LONGEST_MINUTES)) {
    throw new Error(
      `SOAK_MINUTES: expected minutes from ${SHORTEST_MINUTES} to ${LONGEST_MINUTES}, found "${process.env['SOAK_MINUTES']}"`,
    );
  }
  return {
    seconds: minutes * 60,
    perSecond: atLeastOne('--per-second', values['per-second']),
    seed: atLeastOne('--seed', values.seed),
  };
}

function atLeastOne(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`${option}: expected a whole number from 1 on, found "${text}"`);
}
