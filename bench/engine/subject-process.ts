import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EngineSubject, SubjectRun } from './subjects.ts';

const SUBJECT = join(import.meta.dirname, 'subject.ts');

/** Measures a subject in a process of its own, so that none warms another and no sentence was read before. */
export async function measureSubject(subject: EngineSubject): Promise<SubjectRun> {
  const child = fork(SUBJECT, [JSON.stringify(subject)], {
    execArgv: ['--expose-gc'],
    // What it has to say of the packs stands beside the report, not in it.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  let result: SubjectRun | undefined;
  child.once('message', (message) => {
    result = message as SubjectRun;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0 || !result) throw new Error(`"${subject.name}" ended with ${code}; what it wrote tells why`);
  return result;
}
