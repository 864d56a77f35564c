import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ServiceReport } from '../../bench/service/report.ts';

const MAIN = join(import.meta.dirname, '../../bench/service/main.ts');

/** What takes half a minute of both cores is for the long run. */
const isShort = process.env['SOAK'] !== 'true';

// How fast it was says nothing here: tests share the machine.
test.skipIf(isShort)(
  'the bench measures the start, the memory, and every way over HTTP (make soak)',
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick', '--json']);
    const { readyMs, idleMegabytes, sides } = JSON.parse(stdout) as ServiceReport;
    const all = [...readyMs, idleMegabytes, ...Object.values(sides).flat()];
    expect(all).toHaveLength(5);
    for (const figure of all) expect(figure).toBeGreaterThan(0);
  },
  120_000,
);
