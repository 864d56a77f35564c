import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fixturesFile, packFolder, readCases, readFixtures } from '../../test/conformance/corpus.ts';
import { type Answer, score } from '../../test/conformance/measure.ts';
import type { Run } from './subjects.ts';

const SCRIPT = join(import.meta.dirname, 'reference.py');
/** A Python that has `hassil`; it is never installed from here. */
const PYTHON = process.env['BENCH_PYTHON'] ?? 'python3';

/** Home Assistant's own matcher on the same sentences. */
export interface ReferenceRun extends Run {
  readonly version: string;
}

/** Why the reference cannot be measured here; undefined where it can. */
export async function referenceMissing(): Promise<string | undefined> {
  try {
    await promisify(execFile)(PYTHON, ['-c', 'import hassil, yaml']);
    return undefined;
  } catch {
    return `${PYTHON} has no hassil; BENCH_PYTHON names a Python that has (pip install hassil pyyaml)`;
  }
}

/** @throws Error where hassil fails; it says why on standard error */
export async function measureReference(language: string): Promise<ReferenceRun> {
  const cases = readCases(language);
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  child.stdin.end(
    JSON.stringify({
      language,
      folder: packFolder(language),
      fixtures: fixturesFile(language),
      sentences: cases.map(({ text: said, room }) => ({ text: said, room })),
    }),
  );
  const [written, [code]] = await Promise.all([text(child.stdout), exit]);
  if (code !== 0) throw new Error(`hassil ended with ${code}`);
  const { version, buildMs, answers } = JSON.parse(written) as {
    version: string;
    buildMs: number;
    answers: readonly Answer[];
  };
  const { intent, exact } = score({ cases, home: readFixtures(language) }, answers);
  return { version, buildMs, intent, exact, microseconds: answers.map(({ microseconds }) => microseconds) };
}
