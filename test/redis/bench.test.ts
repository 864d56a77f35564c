import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { OverheadReport } from '../../bench/overhead/report.ts';
import type { Report } from '../../bench/report.ts';

const MAIN = join(import.meta.dirname, '../../bench/main.ts');
const run = promisify(execFile);

/** What takes half a minute of both cores is for the long run. */
const isShort = process.env['SOAK'] !== 'true';
const SIDES = ['relay', 'ours-instant', ...(isShort ? [] : ['ours-rules', 'ours-repeats', 'bullmq'])];
const POSITIVE = expect.toSatisfy((value) => typeof value === 'number' && value > 0, 'above 0');

// How fast it was says nothing here: tests share the machine.
test('the bench measures every side, and all write the same answers', async () => {
  const { stdout } = await run(process.execPath, [MAIN, '--quick', '--json', '--sides', SIDES.join()]);
  const report = JSON.parse(stdout) as Report;
  expect(report).toMatchObject({ transcripts: 3000, rounds: 1 });
  expect(report.sides.map(({ side }) => side)).toEqual(SIDES);
  for (const side of report.sides) {
    expect(side).toMatchObject({
      messagesPerSecond: POSITIVE,
      nodeMicrosecondsPerMessage: POSITIVE,
      redisMicrosecondsPerMessage: POSITIVE,
      timesRelay: POSITIVE,
      ...(!isShort && { timesBullmq: POSITIVE }),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  }
  const [relay, instant] = report.sides;
  expect(instant?.digest).toBe(relay?.digest);
  expect(report.latency.map(({ side }) => side)).toEqual(['relay', 'ours-instant']);
  for (const { p50, p99 } of report.latency) expect(p99).toBeGreaterThanOrEqual(p50);
}, 120_000);

test('the bench refuses a side it does not know', async () => {
  await expect(run(process.execPath, [MAIN, '--sides', 'relay,kafka'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no side "kafka"; expected relay, ours-instant'),
  });
});

test.skipIf(isShort)(
  'the bench tells what metrics and traces take more than none, in turns (make soak)',
  async () => {
    const main = join(import.meta.dirname, '../../bench/overhead/main.ts');
    const { stdout } = await run(process.execPath, [main, '--quick', '--json']);
    const { ways, overheads } = JSON.parse(stdout) as OverheadReport;
    for (const { microseconds } of ways) expect(microseconds).toEqual(POSITIVE);
    expect(overheads.map(({ way, over }) => `${way} / ${over}`)).toEqual([
      'metrics off, again / metrics off',
      'metrics on / metrics off',
      'no traces, again / no traces',
      'tracing off / no traces',
      'a tenth recorded / tracing off',
      'all recorded / tracing off',
    ]);
  },
  120_000,
);
