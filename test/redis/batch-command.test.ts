import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Operations } from '../../src/http/operations.ts';
import { ModelUnavailable } from '../../src/intent/model-unavailable.ts';
import { type Finished, runCommand, startCommand } from '../support/command.ts';
import { serveHttp } from '../support/http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'a-long-secret';

/** A service that counts what it is asked, and a file to have understood. */
async function open(lines: readonly string[], slowMs = 0) {
  const asked: string[] = [];
  const fails = new Set<string>();
  const waits = new Set<string>();
  const queued = new Map<string, Readonly<Record<string, unknown>>>();
  const recognise: Operations['recognise'] = async (transcript, { signal }) => {
    asked.push(transcript.text);
    if (slowMs > 0) await sleep(slowMs, undefined, { signal });
    if (waits.has(transcript.text)) throw new ModelUnavailable('circuit_open');
    if (fails.has(transcript.text)) throw new Error('a defect');
    return {
      transcript,
      recognition: { meaning: { status: 'unclear', responseText: '' }, source: 'none' },
      ...{ latencyMs: 1, processorId: 'test', processedAt: '2026-11-21T08:00:00.000Z' },
    };
  };
  const queue: Operations['queue'] = {
    async add() {
      const queueId = randomUUID();
      queued.set(queueId, { status: 'queued' });
      return { kind: 'queued', queueId };
    },
    find: async (queueId) => queued.get(queueId),
    isLost: async () => false,
    callbackProblem: async () => undefined,
  };
  const { url } = await serveHttp({ recognise, queue }, { token: TOKEN });
  const file = join(await temporaryFolder(), 'said.txt');
  await writeFile(file, lines.join('\n'));
  const environment = { HTTP_TOKEN: TOKEN };
  return {
    ...{ url, file, asked, fails, waits, queued, environment },
    run: (...words: string[]): Promise<Finished> =>
      runCommand(['batch', file, '--url', url, ...words], environment),
    async results(): Promise<Record<string, unknown>[]> {
      const text = await readFile(`${file}.results.jsonl`, 'utf8');
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

test('has every line understood, and writes what was answered beside the file', async () => {
  const { run, results, asked } = await open(['zapal światło', '', '{"text":"zgaś","room":"salon"}', '']);
  expect(await run('--json')).toMatchObject({ code: 0, errors: '' });
  expect(await results()).toMatchObject([
    { line: 1, transcript: 'zapal światło', status: 'unclear' },
    { line: 3, transcript: 'zgaś', room: 'salon' },
  ]);
  expect(asked).toHaveLength(2);
});

describe('lines that wait for a model', () => {
  const patient = (text: string) => JSON.stringify({ text, processing_mode: 'queue_if_unavailable' });

  test('are looked for by the same command, which takes their answers and does not ask again', async () => {
    const { run, results, asked, waits, queued } = await open([patient('one'), patient('two'), 'three']);
    waits.add('one').add('two');
    const first = await run('--json');
    expect(first).toMatchObject({
      code: 0,
      errors: '2 wait for a model; the same command fetches what became of them\n',
    });
    expect(JSON.parse(first.output)).toMatchObject({ answered: 1, failed: 0, known: 0, waiting: 2 });
    const [one, two] = [...queued.keys()];
    queued.set(String(one), { status: 'completed', result: { intent: 'light.turn_on', source: 'llm' } });
    queued.set(String(two), { status: 'processing' });
    asked.length = 0;
    const second = await run('--json');
    expect(JSON.parse(second.output)).toMatchObject({ answered: 1, failed: 0, known: 1, waiting: 1 });
    expect(second.errors).toMatch(/^1 wait for a model/);
    expect(await results()).toEqual([
      { line: 1, transcript: 'one', intent: 'light.turn_on', source: 'llm' },
      expect.objectContaining({ line: 2, queue_id: two }),
      expect.objectContaining({ line: 3, transcript: 'three' }),
    ]);
    queued.set(String(two), { status: 'completed', result: { intent: 'light.turn_off' } });
    expect(JSON.parse((await run('--json')).output)).toMatchObject({ answered: 1, known: 2 });
    expect(JSON.parse((await run('--json')).output)).toMatchObject({ answered: 0, known: 3 });
    expect(asked).toEqual([]);
  });

  test.each([
    ['failed', { status: 'failed' }],
    ['expired', { status: 'expired' }],
    ['is no longer known', undefined],
  ])('are asked again where one %s', async (_what, became) => {
    const { run, results, asked, waits, queued } = await open([patient('one'), 'two']);
    waits.add('one');
    await run();
    const [one] = [...queued.keys()];
    if (became) queued.set(String(one), became);
    else queued.clear();
    waits.clear();
    asked.length = 0;
    const { code, errors, output } = await run('--json');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toMatchObject({ answered: 1, failed: 0, known: 1 });
    expect(asked).toEqual(['one']);
    expect((await results()).toSorted((a, b) => Number(a['line']) - Number(b['line']))).toMatchObject([
      { line: 1, transcript: 'one', status: 'unclear' },
      { line: 2, transcript: 'two' },
    ]);
  });

  test('are left as they are where nobody can tell what became of them', async () => {
    const { run, results, asked, waits, file } = await open([patient('one')]);
    waits.add('one');
    await run();
    const before = await results();
    asked.length = 0;
    expect(await run('--url', 'http://127.0.0.1:1')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('cannot reach http://127.0.0.1:1'),
    });
    expect(JSON.parse((await run('--dry-run', '--json')).output)).toMatchObject({ to_ask: 0, waiting: 1 });
    expect(await results()).toEqual(before);
    expect(asked).toEqual([]);
    await writeFile(file, 'something else');
    expect((await run()).errors).toContain('answers something else on line 1');
  });
});

test('asks for more than one request has', async () => {
  const { run, results } = await open(Array.from({ length: 2300 }, (_, index) => `zdanie ${index}`));
  expect((await run()).output).toMatch(
    /^2300 answered, 0 failed, 0 known; results in .*said\.txt\.results\.jsonl\n$/,
  );
  expect((await results()).map(({ line }) => line)).toEqual(
    Array.from({ length: 2300 }, (_, index) => index + 1),
  );
});

test('goes on where an earlier run was stopped, in the middle of a line if it must be', async () => {
  const { run, results, asked, file } = await open(['one', 'two', 'three']);
  await run('--limit', '2');
  const path = `${file}.results.jsonl`;
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, -20));
  asked.length = 0;
  expect(JSON.parse((await run('--json')).output)).toMatchObject({ answered: 2, failed: 0, known: 1 });
  expect(asked).toEqual(['two', 'three']);
  expect((await results()).map(({ line }) => line)).toEqual([1, 2, 3]);
  asked.length = 0;
  await run();
  expect(asked).toEqual([]);
  await run('--force');
  expect(asked).toHaveLength(3);
});

test('is stopped by Ctrl-C, keeps what was answered, and says how to go on', async () => {
  const lines = Array.from({ length: 400 }, (_, index) => `zdanie ${index}`);
  const { file, url, environment, results, run } = await open(lines, 20);
  const { finished, kill } = startCommand(['batch', file, '--url', url, '--concurrency', '2'], environment);
  await expect
    .poll(async () => (await stat(`${file}.results.jsonl`).catch(() => undefined))?.size ?? 0, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  kill('SIGINT');
  const { code, errors } = await finished;
  expect(code).toBe(1);
  expect(errors).toMatch(/stopped after \d+ of 400; the same command goes on/);
  const kept = (await results()).length;
  expect(kept).toBeLessThan(400);
  expect(JSON.parse((await run('--json', '--concurrency', '32')).output)).toMatchObject({
    answered: 400 - kept,
    known: kept,
  });
});

describe('--force', () => {
  /** Some lines that were answered, of which the answers are dear. */
  async function answered(lines: readonly string[], slowMs = 0) {
    const service = await open(lines, slowMs);
    const path = `${service.file}.results.jsonl`;
    const earlier = lines.map((transcript, index) => `${JSON.stringify({ line: index + 1, transcript })}\n`);
    await writeFile(path, earlier.join(''));
    return { ...service, path, earlier: earlier.join('') };
  }

  test('keeps the earlier answers where the service is away or refuses', async () => {
    const { run, file, path, earlier } = await answered(['one', 'two']);
    for (const [url, problem] of [
      ['http://127.0.0.1:1', 'cannot reach'],
      [(await serveHttp({}, { token: 'another-long-secret' })).url, 'refused (401)'],
    ] as const) {
      const { code, errors } = await run('--force', '--url', url);
      expect(code).toBe(1);
      expect(errors).toContain(problem);
      expect(await readFile(path, 'utf8')).toBe(earlier);
    }
    expect(await readdir(dirname(file))).toHaveLength(2);
  });

  test('keeps them where nothing is answered, and tells why beside them', async () => {
    const { run, path, earlier, fails, results } = await answered(['one', 'two']);
    fails.add('one').add('two');
    const { code, errors, output } = await run('--force', '--json');
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `llm-intent: 2 lines were not answered; ${path}.new says why, and ${path} is as it was\n`,
    });
    expect(JSON.parse(output)).toMatchObject({ answered: 0, failed: 2, results: `${path}.new` });
    expect(await readFile(path, 'utf8')).toBe(earlier);
    expect(await readFile(`${path}.new`, 'utf8')).toContain('"status":500');
    fails.delete('two');
    await run('--force');
    expect(await results()).toMatchObject([{ error: { status: 500 } }, { status: 'unclear' }]);
    await expect(stat(`${path}.new`)).rejects.toThrow('ENOENT');
  });

  test('with --limit asks only so many again, and keeps the answers to the others', async () => {
    const { run, results, asked, path, file } = await answered(['one', 'two', 'three']);
    const { output } = await run('--force', '--limit', '1', '--json');
    expect(JSON.parse(output)).toMatchObject({ answered: 1, failed: 0, known: 2 });
    expect(asked).toEqual(['one']);
    expect(await results()).toEqual([
      { line: 2, transcript: 'two' },
      { line: 3, transcript: 'three' },
      expect.objectContaining({ line: 1, status: 'unclear' }),
    ]);
    await writeFile(file, ['one', 'something else', 'three'].join('\n'));
    await run('--force', '--limit', '1');
    expect((await results()).map(({ line }) => line)).toEqual([3, 1]);
    await expect(stat(`${path}.new`)).rejects.toThrow('ENOENT');
  });

  test('that is stopped before the first answer leaves all as it was', async () => {
    const { file, path, earlier, url, environment, asked } = await answered(['one'], 60_000);
    const { finished, kill } = startCommand(['batch', file, '--url', url, '--force'], environment);
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(1);
    kill('SIGINT');
    const { code, errors } = await finished;
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `llm-intent: stopped after 0 of 1; ${path} is as it was\n`,
    });
    expect(await readFile(path, 'utf8')).toBe(earlier);
    expect(await readdir(dirname(file))).toHaveLength(2);
  });

  test('that is stopped later goes on without it', async () => {
    const lines = Array.from({ length: 400 }, (_, index) => `zdanie ${index}`);
    const { file, path, url, environment, results, run } = await answered(lines, 20);
    const command = ['batch', file, '--url', url, '--concurrency', '2', '--force'];
    const { finished, kill } = startCommand(command, environment);
    await expect
      .poll(async () => readFile(path, 'utf8'), { timeout: 20_000 })
      .toContain('"status":"unclear"');
    kill('SIGINT');
    const { code, errors } = await finished;
    expect(code).toBe(1);
    expect(errors).toMatch(/stopped after \d+ of 400; the same command without --force goes on/);
    const kept = (await results()).length;
    expect(kept).toBeLessThan(400);
    expect(JSON.parse((await run('--json', '--concurrency', '32')).output)).toMatchObject({
      answered: 400 - kept,
      known: kept,
    });
  });
});

test('what was not answered fails, and is asked again next time', async () => {
  const { run, results, fails } = await open(['one', 'two', `{"text":"three","room":""}`]);
  fails.add('two');
  const { code, errors, output } = await run('--json');
  expect(code).toBe(1);
  expect(errors).toContain('2 lines were not answered');
  expect(JSON.parse(output)).toMatchObject({ answered: 1, failed: 2 });
  expect(await results()).toMatchObject([
    { line: 1 },
    { error: { status: 500 } },
    { error: { status: 422 } },
  ]);
  fails.clear();
  await run();
  expect(await results()).toMatchObject([
    { line: 1 },
    { line: 2, transcript: 'two' },
    { error: { status: 422 } },
  ]);
});

test('--dry-run tells what would be asked, and asks nobody', async () => {
  const { run, asked, file } = await open(['one', 'two']);
  expect(JSON.parse((await run('--dry-run', '--json')).output)).toMatchObject({ to_ask: 2, known: 0 });
  expect(asked).toEqual([]);
  await expect(stat(`${file}.results.jsonl`)).rejects.toThrow('ENOENT');
});

test('results of another file are left alone', async () => {
  const { run, file, results } = await open(['one']);
  await run();
  await writeFile(file, 'something else');
  expect(await run()).toMatchObject({ code: 1, errors: expect.stringContaining('--force begins anew') });
  expect(await results()).toMatchObject([{ transcript: 'one' }]);
});

test('results that cannot be written are a mistake in usage, before anybody is asked', async () => {
  const { run, file, asked } = await open(['one']);
  const folder = dirname(file);
  for (const [output, problem] of [
    [join(folder, 'no/such/x'), `there is no folder ${join(folder, 'no/such')}`],
    [join(file, 'x'), `there is no folder ${file}`],
    [folder, 'it is a folder'],
  ] as const) {
    for (const more of [[], ['--force'], ['--dry-run']]) {
      expect(await run('--output', output, ...more)).toEqual({
        ...{ code: 2, output: '' },
        errors: `llm-intent: cannot write results to ${output}: ${problem}; name another file by --output\n`,
      });
    }
  }
  expect(asked).toEqual([]);
  expect(await readdir(folder)).toHaveLength(1);
});

test('says what is wrong with the file, the service or the token', async () => {
  const { run, file, url } = await open(['one', '{"txt":1}', '{"text":']);
  expect(await run()).toMatchObject({ code: 2, errors: expect.stringContaining('on line 2, 3') });
  expect(await runCommand(['batch', `${file}.none`], {})).toMatchObject({ code: 2 });
  await writeFile(file, 'one');
  const refused = await runCommand(['batch', file, '--url', url], {});
  expect(refused).toMatchObject({
    code: 1,
    errors: expect.stringContaining('refused (401): a token is needed'),
  });
  const gone = await runCommand(['batch', file, '--url', 'http://127.0.0.1:1'], {});
  expect(gone).toMatchObject({ code: 1, errors: expect.stringContaining('cannot reach http://127.0.0.1:1') });
  expect(await run('--output', file)).toMatchObject({ code: 2 });
  expect(await readFile(file, 'utf8')).toBe('one');
  expect(await run('--concurrency', '33')).toMatchObject({ code: 2 });
});
