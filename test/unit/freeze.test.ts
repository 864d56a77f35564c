import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freeze, isAlive, thaw } from '../support/freeze.ts';

/** A process that echoes lines. */
async function echo() {
  const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child, 'spawn');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines, processId: child.pid as number };
}

test('a frozen process answers nothing until it is thawed', async () => {
  const { child, lines, processId } = await echo();
  const resume = freeze(processId);
  child.stdin.write('one\n');
  await sleep(100);
  expect(lines).toEqual([]);
  expect(isAlive(processId)).toBe(true);
  resume();
  await vi.waitFor(() => expect(lines).toEqual(['one']));
});

test('thawing a process that is gone does nothing', async () => {
  const { child, processId } = await echo();
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(isAlive(processId)).toBe(false);
  expect(() => thaw(processId)).not.toThrow();
});
