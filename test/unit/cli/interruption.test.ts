import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isInterruption } from '../../../src/cli/command-context.ts';
import { startCommand } from '../../support/command.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Runs a command against a Redis that takes connections and answers nothing, and interrupts it while it waits. */
async function interrupted(command: readonly string[], signal: NodeJS.Signals) {
  const server = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address() as { port: number };
  const started = startCommand(command, { REDIS_URL: `redis://127.0.0.1:${address.port}`, PORT: '0' });
  await once(server, 'connection');
  started.kill(signal);
  return started.finished;
}

describe('a signal', () => {
  test('is the normal end of serve, its start included', async () => {
    expect(await interrupted(['serve'], 'SIGTERM')).toMatchObject({ code: 0, errors: '' });
  });

  test.each([[['dead-letters', 'list']], [['send', 'zgaś światło']]])(
    'fails any other command, which says so: %o',
    async (command) => {
      const { code, output, errors } = await interrupted(command, 'SIGINT');
      expect({ code, output }).toEqual({ code: 1, output: '' });
      expect(errors).toBe('llm-intent: stopped by SIGINT\n');
    },
  );
});

describe('an interruption', () => {
  const stop = new AbortController();

  test('is what carries the reason of the signal, and no failure that came meanwhile', () => {
    const reason = new Error('stopped by SIGTERM');
    expect(isInterruption(reason, stop.signal)).toBe(false);
    stop.abort(reason);
    expect(isInterruption(reason, stop.signal)).toBe(true);
    expect(isInterruption(new Error('gave up', { cause: reason }), stop.signal)).toBe(true);
    expect(isInterruption(new Error('the stop failed'), stop.signal)).toBe(false);
    expect(isInterruption('nothing', stop.signal)).toBe(false);
  });
});
