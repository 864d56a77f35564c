import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { runCommand, startCommand, startServiceHere, startServiceProcess } from '../support/command.ts';
import { postIntent } from '../support/post-intent.ts';
import { connectShared, onOneRedis, ownName, whereRedisIs } from '../support/shared.ts';

let redis: Redis;
let environment: Record<string, string>;
let input: string;
let deadLetters: string;

beforeAll(() => {
  redis = connectShared();
});
afterAll(() => redis.quit());
beforeEach(() => {
  const name = ownName();
  input = `${name}:in`;
  deadLetters = `${name}:dlq`;
  environment = {
    ...whereRedisIs(name),
    INPUT_STREAM: input,
    OUTPUT_STREAM: `${name}:out`,
    DLQ_STREAM: deadLetters,
    KEY_PREFIX: `${name}:`,
    LEASE_MS: '600',
  };
});

const run = (...command: string[]) => runCommand(command, environment);
const jsonLines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string>);

/** A dead letter as the service leaves one. */
async function bury(payload: Readonly<Record<string, unknown>>, error = 'a defect'): Promise<string> {
  const fields = { source_stream: input, source_id: '1-0', reason: 'failed', error, attempts: '5' };
  const letter = { ...fields, failed_at: '2026-11-21T08:00:00.000Z', payload: JSON.stringify(payload) };
  return String(await redis.xadd(deadLetters, '*', ...Object.entries(letter).flat()));
}

describe('send', () => {
  test('takes room, user and language along, and shows one line for each answer', async () => {
    await startServiceHere(environment);
    const { code, output, errors } = await run(
      ...['send', 'turn on the light', 'turn off the light'],
      ...['--room', 'kuchnia', '--user', 'anna', '--language', 'en-US'],
    );
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^said +intent +slots +by +ms +cost$/),
      expect.stringMatching(/^turn on the light \(kuchnia\) +light\.turn_on +area=kuchnia .*rules/),
      expect.stringMatching(/^turn off the light \(kuchnia\) +light\.turn_off +area=kuchnia .*rules/),
    ]);
    const [[, fields = []] = []] = await redis.xrange(input, '-', '+', 'COUNT', 1);
    expect(fields.join(' ')).toMatch(
      /^transcript turn on the light frame_id cli-\S+ room kuchnia user anna language en-US$/,
    );
  });

  test('goes on in the trace that it is called in', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await startServiceProcess(environment);
    const { output } = await runCommand(['send', 'turn on the light', '--language', 'en', '--json'], {
      ...environment,
      ...{ TRACEPARENT: `00-${traceId}-b7ad6b7169203331-01`, TRACESTATE: 'home=1' },
    });
    expect(JSON.parse(output)).toMatchObject({
      traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`)),
      tracestate: 'home=1',
    });
    const broken = { ...environment, TRACEPARENT: 'rubbish' };
    expect(await runCommand(['send', 'turn on the light', '--language', 'en'], broken)).toMatchObject({
      code: 0,
    });
  });

  test('fails where it is interrupted before the answer', async () => {
    const sending = startCommand(['send', 'turn on the light'], environment);
    await vi.waitFor(async () => expect(await redis.xlen(input)).toBe(1), { timeout: 10_000 });
    sending.kill('SIGINT');
    const { code, errors } = await sending.finished;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: expect.stringContaining('stopped before the answer'),
    });
  });

  test('fails when what was sent became a dead letter, and says why', async () => {
    await startServiceHere(environment);
    const { code, output, errors } = await run('send', 'x'.repeat(5000), '--json');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toBe(
      'llm-intent: it became a dead letter (oversize): the transcript has more than 4096 bytes\n',
    );
  });
});

describe('dead-letters', () => {
  test('list says so where there are none, and not among the results', async () => {
    expect(await run('dead-letters', 'list')).toEqual({
      code: 0,
      output: '',
      errors: 'there are no dead letters\n',
    });
    expect(await run('dead-letters', 'list', '--json')).toEqual({ code: 0, output: '', errors: '' });
  });

  test('list shows the newest first, as many as asked for', async () => {
    const [first, second, third] = [await bury({ n: 1 }), await bury({ n: 2 }), await bury({ n: 3 })];
    const all = jsonLines((await run('dead-letters', 'list', '--json')).output);
    expect(all.map(({ id }) => id)).toEqual([third, second, first]);
    const { output } = await run('dead-letters', 'list', '--limit', '2');
    expect(output).toBe(
      [third, second]
        .map(
          (id, index) =>
            `${id}  2026-11-21T08:00:00.000Z  failed  5 failed  a defect\n  {"n":${3 - index}}\n`,
        )
        .join(''),
    );
  });

  test('list lets no letter write to the terminal', async () => {
    await bury({ transcript: 'a\u009b2Jb\u007f' }, 'bad\u001b]0;owned\u0007\r\nx');
    const { output } = await run('dead-letters', 'list');
    expect(output.split('\n')).toHaveLength(3);
    expect(output.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  test('replay puts the entry back for the service, which answers it, and takes the letter away', async () => {
    await startServiceHere(environment);
    const id = await bury({ transcript: 'zapal światło', room: 'salon', frame_id: 'f7' });
    const { code, output, errors } = await run('dead-letters', 'replay', id);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toMatch(new RegExp(`^${id} replayed as \\d+-\\d+\\n$`));
    const outputStream = String(environment['OUTPUT_STREAM']);
    await expect.poll(() => redis.xlen(outputStream)).toBe(1);
    const [[, fields = []] = []] = await redis.xrange(outputStream, '-', '+');
    expect(fields).toEqual(expect.arrayContaining(['frame_id', 'f7', 'intent', 'light.turn_on']));
    expect(await redis.xlen(deadLetters)).toBe(0);
  });

  test('replay gives back the bytes of what was no UTF-8', async () => {
    const id = await bury({ transcript: { base64: Buffer.from([0xff, 0xfe]).toString('base64') } });
    expect((await run('dead-letters', 'replay', id)).code).toBe(0);
    const [[, fields = []] = []] = await redis.xrangeBuffer(input, '-', '+');
    expect(fields).toEqual([Buffer.from('transcript'), Buffer.from([0xff, 0xfe])]);
  });

  test.each([
    ['has no payload', ['source_stream', 'elsewhere']],
    ['has no source', ['payload', '{"transcript":"a"}']],
  ])('replay leaves a letter alone that %s', async (_what, fields) => {
    const id = String(await redis.xadd(deadLetters, '*', ...fields));
    const { code, output, errors } = await run('dead-letters', 'replay', id);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain(`the dead letter ${id} has no payload or no source_stream`);
    expect(await redis.xlen(deadLetters)).toBe(1);
  });

  test('replay and drop tell what they did as JSON', async () => {
    const [first, second] = [await bury({ transcript: 'a' }), await bury({ transcript: 'b' })];
    const replayed = await run('dead-letters', 'replay', '--json', first);
    const [[entry = ''] = []] = await redis.xrange(input, '-', '+');
    expect(jsonLines(replayed.output)).toEqual([{ id: first, replayed_as: entry }]);
    const dropped = await run('dead-letters', 'drop', '--json', second);
    expect(jsonLines(dropped.output)).toEqual([{ id: second, dropped: true }]);
  });

  test('drop takes several, and stops at one that is not there', async () => {
    const [first, second, third] = [await bury({}), await bury({}), await bury({})];
    expect(await run('dead-letters', 'drop', first, second)).toEqual({
      code: 0,
      output: `${first} dropped\n${second} dropped\n`,
      errors: '',
    });
    const again = await run('dead-letters', 'drop', first, third);
    expect(again).toMatchObject({ code: 1, output: '' });
    expect(again.errors).toContain(`there is no dead letter ${first}`);
    expect(await redis.xlen(deadLetters)).toBe(1);
  });

  test('replay --all puts back all that are there, the oldest first, and not what comes meanwhile', async () => {
    await startServiceHere(environment);
    // What is no transcript becomes a dead letter again at once, however often it is replayed.
    const many = Array.from({ length: 150 }, (_, index) => bury({ n: index }));
    const ids = await Promise.all(many);
    const { code, output, errors } = await run('dead-letters', 'replay', '--all', '--json');
    expect({ code, errors }).toEqual({ code: 0, errors: '150 replayed\n' });
    expect(jsonLines(output).map(({ id }) => id)).toEqual(ids);
    await expect.poll(() => redis.xlen(deadLetters)).toBe(150);
    expect((await redis.xrange(input, '-', '+')).map(([, fields]) => fields)).toEqual(
      ids.map((_, index) => ['n', String(index)]),
    );
  });

  test('replay --all leaves what cannot be replayed, says so, and goes on', async () => {
    const broken = String(await redis.xadd(deadLetters, '*', 'source_stream', 'elsewhere'));
    const whole = await bury({ transcript: 'a' });
    const { code, output, errors } = await run('dead-letters', 'replay', '--all');
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringMatching(`^${whole} replayed as \\S+\n$`),
    });
    expect(errors).toContain(`the dead letter ${broken} has no payload or no source_stream`);
    expect(errors).toMatch(/^1 replayed\nllm-intent: 1 dead letters stay where they are\n$/m);
    expect(await redis.xlen(deadLetters)).toBe(1);
  });

  test('drop --all forgets all, and tells how many', async () => {
    const [first, second] = [await bury({}), await bury({})];
    expect(await run('dead-letters', 'drop', '--all')).toEqual({
      code: 0,
      output: `${first} dropped\n${second} dropped\n`,
      errors: '2 dropped\n',
    });
    expect(await redis.xlen(deadLetters)).toBe(0);
    expect(await run('dead-letters', 'drop', '--all')).toEqual({
      ...{ code: 0, output: '', errors: 'there are no dead letters\n' },
    });
  });

  test.each(['replay', 'drop'])(
    '%s of what is no id is a mistake in usage, and does nothing',
    async (command) => {
      const letter = await bury({ transcript: 'a' });
      for (const id of ['nonsense', '-', '*', '1-2-3', letter.split('-')[0] as string]) {
        const { code, output, errors } = await run('dead-letters', command, letter, '--', id);
        expect({ code, output }).toEqual({ code: 2, output: '' });
        expect(errors).toContain(`'${id}' is invalid`);
        expect(errors).toContain('expected an id as listed');
      }
      expect(await redis.xlen(deadLetters)).toBe(1);
    },
  );
});

describe('serve', () => {
  test('ends when it is told to, whoever keeps a request unfinished', async () => {
    const service = await startServiceProcess(environment);
    const { hostname, port } = new URL(service.url);
    const socket = connect({ host: hostname, port: Number(port) });
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write('POST /intent HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
    await once(socket, 'connect');
    await fetch(`${service.url}/healthz`);
    service.kill('SIGTERM');
    expect(await service.exited()).toBe(0);
    expect(service.log.map(({ event }) => event)).toEqual(expect.arrayContaining(['stopping', 'stopped']));
  });

  onOneRedis('each node has users of its own')(
    'writes neither passwords nor anything that was said into its log',
    async () => {
      const user = `user-${randomUUID()}`;
      await redis.call('ACL', 'SETUSER', user, 'on', '>hunter2', '~*', '&*', '+@all');
      onTestFinished(async () => {
        await redis.call('ACL', 'DELUSER', user);
      });
      const address = new URL(inject('redisUrl'));
      address.username = user;
      address.password = 'hunter2';
      const token = 'a-secret-token';
      const service = await startServiceProcess({
        ...environment,
        REDIS_URL: address.href,
        HTTP_TOKEN: token,
      });
      await service.logged('ownership');

      const sent = await run('send', 'zapal tajemne światło', '--room', 'skrytka', '--user', 'anna');
      expect(sent.code).toBe(0);
      await redis.xadd(input, '*', 'transcript', `tajemne ${'x'.repeat(5000)}`, 'room', 'skrytka');
      await service.logged('dead_letter');
      const asked = await postIntent(
        service.url,
        { text: 'zapal tajemne światło', room: 'skrytka', user: 'anna' },
        { authorization: `Bearer ${token}` },
      );
      expect(asked.status).toBe(200);
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      service.kill('SIGTERM');
      await service.exited();

      const told = JSON.stringify(service.log) + metrics;
      expect(told).toContain('"event":"ready"');
      expect(told).not.toMatch(/hunter2|a-secret-token|tajemne|skrytka|anna/);
    },
  );
});
