import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, type TestContext, test } from 'vitest';
import { createArrayReader, createLineReader } from '../../../src/http/batch-items.ts';
import type { Operations } from '../../../src/http/operations.ts';
import { serveHttp } from '../../support/http.ts';

type Line = Readonly<Record<string, unknown>>;

const recognise: Operations['recognise'] = async (transcript) => ({
  transcript,
  recognition: { meaning: { status: 'unclear', responseText: 'Nie rozumiem.' }, source: 'none' },
  ...{ latencyMs: 1, processorId: 'test', processedAt: '2026-11-21T08:00:00.000Z' },
});

async function serve(operations: Partial<Operations> = {}, token?: string): Promise<string> {
  const { url } = await serveHttp({ recognise, ...operations }, { token });
  return `${url}/intent/batch`;
}

const NDJSON = 'application/x-ndjson';

function send(url: string, body: string, type = NDJSON): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
}

async function linesOf(response: Response): Promise<Line[]> {
  const text = await response.text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

const ndjson = (items: readonly object[]): string =>
  items.map((item) => `${JSON.stringify(item)}\n`).join('');

describe('a batch', () => {
  test.each([
    ['lines', NDJSON, ndjson],
    ['an array', 'application/json', (items: readonly object[]) => JSON.stringify(items, undefined, 2)],
  ])(
    'as %s is answered a line for each, in its order, whoever is ready first',
    async (_what, type, write) => {
      const url = await serve({
        recognise: async (transcript, options) => {
          await sleep(Number(transcript.text) % 3 === 0 ? 20 : 1);
          return recognise(transcript, options);
        },
      });
      const items = Array.from({ length: 50 }, (_, index) => ({ text: String(index), user: 'anna' }));
      const response = await send(url, write(items), type);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(NDJSON);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const lines = await linesOf(response);
      expect(lines.map(({ index, transcript }) => [index, transcript])).toEqual(
        items.map(({ text }, index) => [index, text]),
      );
      expect(lines[7]).toMatchObject({ status: 'unclear', intent: 'none', language: 'pl', user: 'anna' });
    },
  );

  test('of ten thousand is answered to the last, and one more is told so', async () => {
    const url = await serve();
    const body = '{"text":"zapal światło"}\n'.repeat(10_001);
    const lines = await linesOf(await send(url, body));
    expect(lines).toHaveLength(10_001);
    expect(lines.at(-2)).toMatchObject({ index: 9999, status: 'unclear' });
    expect(lines.at(-1)).toMatchObject({ index: 10_000, error: { status: 413 } });
  });

  test('is answered while it is still being sent', async () => {
    const { hostname, port } = new URL(await serve());
    const socket = connect({ host: hostname, port: Number(port) });
    const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
    const heads = ['POST /intent/batch HTTP/1.1', 'Host: localhost', `Content-Type: ${NDJSON}`];
    socket.write(`${[...heads, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n`);
    let heard = '';
    socket.on('data', (piece) => {
      heard += String(piece);
    });
    socket.write(chunk('{"text":"one"}\n{"text":"t'));
    socket.write(chunk('wo"}\n{"text":"three"}\n{"text":"four"}\n'));
    await expect.poll(() => heard).toContain('"transcript":"four"');
    socket.write(`${chunk('{"text":"last"}')}0\r\n\r\n`);
    await once(socket, 'close');
    expect(heard).toContain('"transcript":"two"');
    expect(heard).toContain('"transcript":"last"');
  });

  test('has no more than so many under way at once', async () => {
    let [now, most] = [0, 0];
    const url = await serve({
      recognise: async (transcript, options) => {
        now += 1;
        most = Math.max(most, now);
        await sleep(2);
        now -= 1;
        return recognise(transcript, options);
      },
    });
    const body = '{"text":"a"}\n'.repeat(100);
    await linesOf(await send(`${url}?concurrency=3`, body));
    expect(most).toBe(3);
  });

  test('understands what is said in one room in its order', async () => {
    const under = new Set<string>();
    const url = await serve({
      recognise: async (transcript, options) => {
        const room = String(transcript.room);
        expect(under).not.toContain(room);
        under.add(room);
        await sleep(Math.random() * 5);
        under.delete(room);
        return recognise(transcript, options);
      },
    });
    const items = Array.from({ length: 40 }, (_, index) => ({ text: String(index), room: `r${index % 3}` }));
    const lines = await linesOf(await send(url, ndjson(items)));
    expect(lines.filter(({ error }) => error)).toEqual([]);
  });

  test('tells what is wrong with an item in its place, and goes on', async () => {
    const url = await serve({
      recognise: (transcript, options) => {
        if (transcript.text === 'bug') throw new Error('ENOENT /secret/path');
        return recognise(transcript, options);
      },
    });
    const items = ['{"text":"a"}', '{"text":', '{"txt":"a"}', '[]', `{"text":"${'a'.repeat(40_000)}"}`];
    const lines = await linesOf(
      await send(url, [...items, '', '{"text":"bug"}', '{"text":"b"}'].join('\r\n')),
    );
    expect(lines.map(({ error }) => (error as Line | undefined)?.['status'])).toEqual([
      ...[undefined, 400, 422, 422, 413, 500, undefined],
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/secret|ENOENT/);
    expect(lines.at(-1)).toMatchObject({ index: 6, transcript: 'b' });
  });

  test.each([
    ['{"text":"a"}', 'application/json', 400],
    ['"a"', 'application/json', 400],
    ['', 'application/json', 400],
    ['[{"text":"a"}]', 'text/plain', 415],
    ['[{"text":"a"}]', 'application/x-www-form-urlencoded', 415],
  ])('%s as %s is refused before anything is answered', async (body, type, status) => {
    const response = await send(await serve(), body, type);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  test('without a body is refused', async () => {
    expect((await fetch(await serve(), { method: 'POST' })).status).toBe(400);
  });

  test.each(['concurrency=0', 'concurrency=33', 'concurrency=a', 'limit=3'])(
    'with ?%s is refused',
    async (given) => {
      expect((await send(`${await serve()}?${given}`, '{"text":"a"}')).status).toBe(422);
    },
  );

  test('of an array that ends too early tells so after what was whole', async () => {
    const lines = await linesOf(await send(await serve(), '[{"text":"a"},{"text":"b"', 'application/json'));
    expect(lines).toMatchObject([{ transcript: 'a' }, { index: 1, error: { status: 400 } }]);
  });

  test('of nothing has no answers', async () => {
    const url = await serve();
    expect(await linesOf(await send(url, '[ ]', 'application/json'))).toEqual([]);
    expect(await linesOf(await send(url, '\n \n'))).toEqual([]);
  });

  test('that is too large is refused by its length, or where it becomes so', async () => {
    const url = await serve();
    const line = `{"text":"a","user":"${'u'.repeat(200)}"}\n`;
    const response = await send(url, line.repeat(80_000));
    expect(response.status).toBe(413);
  });

  test('asks for the token before it reads anything', async () => {
    expect((await send(await serve({}, 'a-long-secret'), '{"text":"a"}\n')).status).toBe(401);
  });

  test('is one of four at most, and the next one may come when one is done', async () => {
    const open = Promise.withResolvers<void>();
    const url = await serve({
      recognise: async (transcript, options) => {
        await open.promise;
        return recognise(transcript, options);
      },
    });
    const underWay = Array.from({ length: 4 }, () => send(url, '{"text":"a"}'));
    await expect.poll(async () => (await Promise.all(underWay)).length).toBe(4);
    const refused = await send(url, '{"text":"a"}');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    open.resolve();
    for (const response of await Promise.all(underWay)) await response.text();
    await expect.poll(async () => (await send(url, '{"text":"a"}')).status).toBe(200);
  });

  describe.concurrent('that comes slowly', { timeout: 40_000 }, () => {
    const HEADS = ['POST /intent/batch HTTP/1.1', 'Host: localhost', `Content-Type: ${NDJSON}`];
    const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
    async function begin(
      head: string,
      atEnd: TestContext['onTestFinished'],
      operations: Partial<Operations> = {},
    ) {
      const { hostname, port } = new URL((await serveHttp({ recognise, ...operations }, { atEnd })).url);
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      const heard = text(socket);
      socket.write(`${[...HEADS, head].join('\r\n')}\r\n\r\n`);
      return { socket, heard };
    }
    const lastLine = (heard: string): unknown =>
      JSON.parse(heard.split('\n').findLast((line) => line.startsWith('{')) ?? 'null');

    test('may take longer than another request, while something comes', async ({
      expect,
      onTestFinished,
    }) => {
      const { socket, heard } = await begin('Transfer-Encoding: chunked', onTestFinished);
      for (let index = 0; index < 13; index += 1) {
        socket.write(chunk(`{"text":"${index}"}\n`));
        await sleep(1000);
      }
      socket.write('0\r\n\r\n');
      const answer = await heard;
      expect(answer.match(/"transcript"/g)).toHaveLength(13);
      expect(answer).not.toContain('"error"');
    });

    test('and stops half-way is cut, is told why, and has what was answered', async ({
      expect,
      onTestFinished,
    }) => {
      const { socket, heard } = await begin('Content-Length: 5000', onTestFinished);
      socket.write('{"text":"a"}\n'.repeat(20));
      const answer = await heard;
      expect(answer.match(/"transcript":"a"/g)).toHaveLength(20);
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      expect(lastLine(answer)).toMatchObject({
        index: 20,
        error: { status: 408, detail: expect.stringContaining('nothing came for 10 s') },
      });
    });

    test('and never has a first item is refused', async ({ expect, onTestFinished }) => {
      const { socket, heard } = await begin('Content-Length: 5000', onTestFinished);
      socket.write('{"text":');
      expect(await heard).toMatch(/^HTTP\/1\.1 408 .*nothing came for 10 s/s);
    });

    test('or is refused leaves what follows on its connection no more time than usual', async ({
      expect,
      onTestFinished,
    }) => {
      const json = ['Host: localhost', 'Content-Type: application/json'];
      const refused = ['POST /intent/batch HTTP/1.1', ...json, 'Content-Length: 3', '', '"a"'];
      const slow = ['POST /intent HTTP/1.1', ...json, 'Content-Length: 9', '', '{'];
      const { hostname, port } = new URL((await serveHttp({}, { atEnd: onTestFinished })).url);
      const socket = connect({ host: hostname, port: Number(port) });
      socket.write(refused.join('\r\n'));
      socket.write(slow.join('\r\n'));
      const statuses = (await text(socket)).match(/HTTP\/1\.1 \d+/g);
      expect(statuses).toEqual(['HTTP/1.1 400', 'HTTP/1.1 408']);
    });

    test('because it waits for answers first is not cut', async ({ expect, onTestFinished }) => {
      const ready = Promise.withResolvers<void>();
      const { socket, heard } = await begin('Transfer-Encoding: chunked', onTestFinished, {
        recognise: async (transcript, options) => {
          await ready.promise;
          return recognise(transcript, options);
        },
      });
      socket.write(chunk('{"text":"a"}\n'));
      await sleep(12_000);
      ready.resolve();
      socket.write(`${chunk('{"text":"b"}\n')}0\r\n\r\n`);
      expect(lastLine(await heard)).toMatchObject({ index: 1, transcript: 'b' });
    });
  });

  test('is given up when nobody is there to hear the answers', async () => {
    let asked = 0;
    const url = await serve({
      recognise: async (transcript, { signal }) => {
        asked += 1;
        await sleep(20, undefined, { signal });
        return recognise(transcript, { signal });
      },
    });
    const leave = new AbortController();
    const headers = { 'content-type': NDJSON };
    const body = '{"text":"a"}\n'.repeat(2000);
    await fetch(url, { method: 'POST', headers, body, signal: leave.signal });
    leave.abort();
    await expect
      .poll(
        async () => {
          const before = asked;
          await sleep(100);
          return asked - before;
        },
        { timeout: 5000 },
      )
      .toBe(0);
    expect(asked).toBeLessThan(2000);
  });
});

describe('items', () => {
  const read = (make: typeof createLineReader, pieces: readonly string[]) => {
    const reader = make(1000);
    return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
  };
  const values = fc.array(
    fc.jsonValue({ maxDepth: 3 }).filter((value) => JSON.stringify(value).length < 900),
  );
  const cuts = fc.array(fc.nat(200));

  function cut(text: string, at: readonly number[]): string[] {
    const places = [...new Set(at.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
    return [0, ...places].map((place, index) => text.slice(place, places[index]));
  }

  test.each([
    ['an array', createArrayReader, (all: readonly unknown[]) => JSON.stringify(all, undefined, 1)],
    [
      'lines',
      createLineReader,
      (all: readonly unknown[]) => all.map((each) => JSON.stringify(each)).join('\n'),
    ],
  ])('of %s are found wherever it is cut', (_what, make, write) => {
    fc.assert(
      fc.property(values, cuts, (all, at) => {
        const items = read(make, cut(write(all), at));
        expect(items.map((item) => (item.kind === 'item' ? JSON.parse(item.json) : item))).toEqual(
          JSON.parse(JSON.stringify(all)),
        );
      }),
    );
  });

  test('of any text are items or end the array, and never hang', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'[]{},"\\ 1a\n') });
    fc.assert(
      fc.property(letters, cuts, (body, at) => {
        const items = read(createArrayReader, cut(body, at));
        const ends = items.filter(({ kind }) => kind === 'malformed');
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length === 1) expect(items.at(-1)?.kind).toBe('malformed');
      }),
    );
  });
});
