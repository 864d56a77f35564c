import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Operations } from '../../src/http/operations.ts';
import { type Finished, runCommand, startCommand } from '../support/command.ts';
import { serveHttp } from '../support/http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TOKEN = 'a-long-secret';

/** A service that counts what it is asked, and a file to have understood. */
async function open(lines: readonly string[], slowMs = 0) {
  const asked: string[] = [];
  const fails = new Set<string>();
  const recognise: Operations['recognise'] = async (transcript, { signal }) => {
    asked.push(transcript.text);
    if (slowMs > 0) await sleep(slowMs, undefined, { signal });
    if (fails.has(transcript.text)) throw new Error('a defect');
    return {
      transcript,
      recognition: { meaning: { status: 'unclear', responseText: '' }, source: 'none' },
      ...{ latencyMs: 1, processorId: 'test', processedAt: '2026-11-21T08:00:00.000Z' },
    };
  };
  const { url } = await serveHttp({ recognise }, { token: TOKEN });
  const file = join(await temporaryFolder(), 'said.txt');
  await writeFile(file, lines.join('\n'));
  const environment = { HTTP_TOKEN: TOKEN };
  return {
    ...{ url, file, asked, fails, environment },
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

test('does not ask again for what waits for a model', async () => {
  const { run, file, asked } = await open(['zapal światło']);
  await run();
  // As the service answers a line that had rather wait.
  const waiting = { line: 2, queue_id: 'q', status_url: '/api/v1/status/q', retry_after: 5 };
  await writeFile(file, 'zapal światło\nzgaś światło');
  await writeFile(`${file}.results.jsonl`, `${JSON.stringify(waiting)}\n`);
  expect(JSON.parse((await run('--json')).output)).toMatchObject({ answered: 1, failed: 0, known: 1 });
  expect(asked).toEqual(['zapal światło', 'zapal światło']);
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
