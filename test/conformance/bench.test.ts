import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { EngineReport } from '../../bench/engine/report.ts';
import { missing } from './corpus.ts';

const MAIN = join(import.meta.dirname, '../../bench/engine/main.ts');

async function bench(environment: Readonly<Record<string, string>>): Promise<EngineReport> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick', '--json'], {
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout) as EngineReport;
}

/** What takes long says so only in the long run. */
const isShort = process.env['SOAK'] !== 'true';

// How fast it was says nothing here: tests share the machine.
test.skipIf(isShort || missing !== undefined)(
  'the bench measures the engine, and tells why it does not measure the reference (make soak)',
  async () => {
    const report = await bench({ BENCH_PYTHON: '/nowhere/python3' });
    expect(report).toMatchObject({
      runs: 1,
      references: [],
      referenceSkipped: expect.stringContaining('/nowhere/python3 has no hassil'),
    });
    const subjects = 'subjects' in report ? report.subjects : [];
    for (const { name, median, p99 } of subjects) expect(p99, name).toBeGreaterThanOrEqual(median);
    expect(subjects.filter(({ intent = 1 }) => intent < 0.98)).toEqual([]);
  },
);

test('the bench tells where there is no corpus to measure the engine on', async () => {
  await expect(bench({ HOME_ASSISTANT_INTENTS: '/nowhere' })).resolves.toEqual({
    skipped: 'there is no corpus at /nowhere; HOME_ASSISTANT_INTENTS names another folder',
  });
});
