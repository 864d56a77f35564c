import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { RecognizedTranscript } from '../../../src/intent/recognition.ts';
import type { StreamEvents } from '../../../src/stream/stream-events.ts';
import { createHealth, type Health } from '../../../src/telemetry/health.ts';
import { logShape } from '../../../src/telemetry/log.ts';
import { readableLine } from '../../../src/telemetry/readable-line.ts';
import { createStreamMetrics } from '../../../src/telemetry/stream-metrics.ts';
import { createStreamObserver } from '../../../src/telemetry/stream-observer.ts';

type Line = Readonly<Record<string, unknown>>;

describe('the log of a process', () => {
  const LOG = pathToFileURL(join(import.meta.dirname, '../../../src/telemetry/log.ts')).href;

  /** Runs some lines with a log in a process of their own, because a log writes to its process's outputs. */
  async function logging(options: string, script: string): Promise<{ stdout: string; stderr: string }> {
    const source = `import { createLog } from '${LOG}';
      const log = createLog({ processorId: 'kitchen', ${options} });
      ${script}`;
    return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', source]);
  }

  test('is one JSON object a line, which says when, how bad, who and what', async () => {
    const { stdout, stderr } = await logging(
      `level: 'info'`,
      `log.info({ event: 'ready', url: 'http://127.0.0.1:8005' }); log.warn({ event: 'trouble', reason: 'a\\nb' });`,
    );
    expect(stderr).toBe('');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'llm-intent',
        processor_id: 'kitchen',
        event: 'ready',
        url: 'http://127.0.0.1:8005',
      },
      expect.objectContaining({ level: 'warn', event: 'trouble', reason: 'a\nb' }),
    ]);
  });

  test('leaves out what is less important than its level', async () => {
    const { stdout } = await logging(
      `level: 'warn'`,
      `log.debug({ event: 'a' }); log.info({ event: 'b' }); log.warn({ event: 'c' });`,
    );
    expect(stdout).not.toMatch(/"event":"[ab]"/);
    expect(stdout).toContain('"event":"c"');
  });

  test('goes to standard error where standard output is a result', async () => {
    const { stdout, stderr } = await logging(
      `level: 'info', output: process.stderr`,
      `log.info({ event: 'a' });`,
    );
    expect(stdout).toBe('');
    expect(stderr).toContain('"event":"a"');
  });

  test('is written when the process ends in the same breath', async () => {
    const { stdout } = await logging(`level: 'info'`, `log.info({ event: 'last' }); process.exit(0);`);
    expect(stdout).toContain('"event":"last"');
  });

  test('strikes out secrets wherever they turn up, and fields that hold words', async () => {
    const { stdout } = await logging(
      `level: 'info', secrets: new Set(['sk-secret', 'pass"word'])`,
      `log.info({ event: 'a', reason: 'refused sk-secret and pass"word', transcript: 'zapal', nested: { text: 'zapal' } });
       log.error({ event: 'b', err: new Error('the key sk-secret was refused'), defect: new RangeError('zapal') });`,
    );
    expect(stdout).not.toMatch(/sk-secret|pass.{0,3}word|zapal/);
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(first).toMatchObject({ event: 'a', reason: 'refused [hidden] and [hidden]' });
    expect(second).toMatchObject({
      err: { message: 'the key [hidden] was refused' },
      defect: { type: 'RangeError', at: expect.arrayContaining([expect.stringContaining('eval')]) },
    });
  });

  test('is a sentence for a person on a terminal', () => {
    const fields = {
      level: 'warn',
      time: '2026-11-21T12:00:00.000Z',
      service: 'llm-intent',
      processor_id: 'kitchen',
    };
    const line = `${JSON.stringify({ ...fields, event: 'trouble', part: 'traces', reason: 'not there', ms: 3 })}\n`;
    expect(readableLine(line)).toMatch(
      /^\d\d:\d\d:\d\d warn {2}trouble part=traces reason="not there" ms=3\n$/,
    );
  });

  test('tells an error with its cause', async () => {
    const { stdout } = await logging(
      `level: 'error'`,
      `log.error({ event: 'failed', err: new TypeError('outer', { cause: new Error('inner') }) });`,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      err: { type: 'TypeError', message: expect.stringMatching(/outer.*inner/) },
    });
  });
});

describe('what happens on a stream', () => {
  let lines: Line[];
  let health: Health;
  let registry: Registry;
  let events: StreamEvents;

  beforeEach(() => {
    lines = [];
    const memory = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(String(chunk)) as Line);
        done();
      },
    });
    const log: Logger = pino({ ...logShape, level: 'trace', base: null, timestamp: false }, memory);
    health = createHealth({ version: '0.0.0', clock: systemClock, silenceLimitMs: 60_000 });
    health.connection('commands', true);
    health.started();
    registry = new Registry();
    const metrics = createStreamMetrics(registry, async () => ({ lag: 0, pending: 0, oldestSeconds: 0 }));
    events = createStreamObserver('voice:transcribed', { metrics, health, log });
  });

  test('is logged as one word each, at the level it deserves, with the stream', () => {
    events.ownership('owner');
    events.interrupted(new Error('connection lost'));
    events.reclaimed(3);
    events.deadLettered({ id: '1-0', reason: 'oversize' });
    events.failed({ id: '2-0', attempt: 1, error: new Error('a defect'), traceId: 'abc' });
    events.trouble('publish', new Error('OOM'));
    events.recovered('publish');
    const INFO = 30;
    const WARN = 40;
    const ERROR = 50;
    expect(lines).toMatchObject([
      { event: 'ownership', level: INFO, state: 'owner' },
      { event: 'interrupted', level: WARN, reason: 'connection lost' },
      { event: 'reclaimed', level: INFO, count: 3 },
      { event: 'dead_letter', level: WARN, message_id: '1-0', reason: 'oversize' },
      {
        event: 'failed',
        level: ERROR,
        message_id: '2-0',
        trace_id: 'abc',
        attempt: 1,
        defect: { type: 'Error' },
      },
      { event: 'failure', level: 20, err: { message: 'a defect' } },
      { event: 'trouble', level: ERROR, operation: 'publish', reason: 'OOM' },
      { event: 'recovered', level: INFO, operation: 'publish' },
    ]);
    expect(lines.every((line) => line['stream'] === 'voice:transcribed')).toBe(true);
  });

  test('reaches metrics and health as well', async () => {
    // A stream that nobody ever owned is to be missed, too.
    expect(await registry.metrics()).toContain('stream_owner{stream="voice:transcribed"} 0');
    events.ownership('owner');
    events.reclaimed(3);
    events.skipped('blank');
    events.deadLettered({ id: '1-0', reason: 'oversize' });
    events.failed({ id: '2-0', attempt: 1, error: new Error('a defect'), traceId: 'abc' });
    events.trouble('publish', new Error('OOM'));
    expect(health.report()).toMatchObject({
      status: 'unhealthy',
      streams: { 'voice:transcribed': 'owner' },
      troubles: { 'voice:transcribed: publish': 'OOM' },
    });
    events.recovered('publish');
    expect(health.report()).toMatchObject({ status: 'healthy', troubles: {} });
    const text = await registry.metrics();
    for (const sample of [
      'stream_owner{stream="voice:transcribed"} 1',
      'stream_reclaimed_total 3',
      'stream_skipped_total{reason="blank"} 1',
      'stream_dead_letters_total{reason="oversize"} 1',
      'stream_failures_total 1',
    ]) {
      expect(text).toContain(sample);
    }
  });

  test('is trouble while sessions fail one after the other, until one gets somewhere', () => {
    const troubles = () => health.report().troubles;
    for (const success of ['read', 'stand by']) {
      events.recovered('acquire the stream');
      events.ownership('owner');
      events.ownership('standby');
      events.interrupted(new Error('NOPERM'));
      events.recovered('acquire the stream');
      events.recovered('renew the lease');
      expect(health.report()).toMatchObject({ status: 'unhealthy' });
      expect(troubles()).toEqual({ 'voice:transcribed: session': 'NOPERM' });
      events.recovered(success);
      expect(troubles()).toEqual({});
    }
  });

  test("is no longer the standby's trouble once another replica owns the stream", () => {
    events.ownership('owner');
    events.trouble('publish', new Error('OOM'));
    events.ownership('standby');
    expect(health.report()).toMatchObject({ status: 'healthy', troubles: {} });
    events.ownership('owner');
    events.trouble('publish', new Error('OOM'));
    expect(lines.filter(({ event }) => event === 'trouble')).toHaveLength(2);
  });

  test('that goes on being wrong fills no log, until it is wrong in another way', () => {
    for (const reason of ['OOM', 'OOM', 'OOM', 'READONLY', 'READONLY']) {
      events.trouble('publish', new Error(reason));
    }
    events.trouble('read', new Error('OOM'));
    expect(lines.map(({ operation, reason }) => `${operation} ${reason}`)).toEqual([
      'publish OOM',
      'publish READONLY',
      'read OOM',
    ]);
    events.recovered('publish');
    events.recovered('publish');
    events.recovered('never in trouble');
    expect(lines.filter(({ event }) => event === 'recovered')).toHaveLength(1);
    events.trouble('publish', new Error('READONLY'));
    expect(lines.at(-1)).toMatchObject({ event: 'trouble', reason: 'READONLY' });
  });

  test('is not logged for every answer, and what was said never is, at any level', () => {
    const answer: RecognizedTranscript = {
      transcript: {
        text: 'secret words',
        frameId: 'secret frame',
        language: 'pl',
        room: 'secret room',
        user: 'secret user',
      },
      recognition: { meaning: { status: 'unclear', responseText: 'secret reply' }, source: 'none' },
      latencyMs: 1,
      processorId: 'llm-intent-1',
      processedAt: '2026-11-21T08:00:00.000Z',
    };
    events.published(answer);
    events.skipped('blank');
    expect(lines).toEqual([]);
  });
});
