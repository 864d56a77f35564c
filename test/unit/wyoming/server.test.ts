import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RecognizedTranscript } from '../../../src/intent/recognition.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';
import { englishPhrases } from '../../../src/language/en/phrases.ts';
import { polishPhrases } from '../../../src/language/pl/phrases.ts';
import type { Reply, Said } from '../../../src/stream/say.ts';
import { createInfo } from '../../../src/wyoming/info.ts';
import type { Operations } from '../../../src/wyoming/operations.ts';
import { startWyomingServer, type WyomingOptions } from '../../../src/wyoming/server.ts';
import { connectWyoming, type Message, type WyomingClient } from '../../support/wyoming-client.ts';

const DEFAULTS: WyomingOptions = {
  ...{ host: '127.0.0.1', port: 0, maxConnections: 5 },
  limits: {
    message: { headerBytes: 2000, dataBytes: 8000, payloadBytes: 1000 },
    ...{ idleMs: 60_000, messageMs: 60_000 },
  },
  times: { answerMs: 60_000, executedMs: 60_000 },
};

type Outputs = readonly Readonly<Record<string, unknown>>[];

interface Heard {
  /** What is made of it; a promise may never come to anything. */
  readonly reply?: Promise<Reply> | Record<string, unknown>;
  /** What was done of it. */
  readonly executed?: Outputs;
  readonly hasBridge?: boolean;
}

interface Started {
  readonly url: string;
  readonly said: readonly Transcript[];
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** How many are listened for. */
  listening(): number;
  close(): Promise<void>;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A server whose transcripts are understood and done as a test says. */
async function start(
  { reply, executed, hasBridge = executed !== undefined }: Heard = {},
  options: Partial<WyomingOptions> = {},
  operations: Partial<Operations> = {},
): Promise<Started> {
  const said: Transcript[] = [];
  const log: Record<string, unknown>[] = [];
  let listening = 0;
  const server = await startWyomingServer(
    { ...DEFAULTS, ...options },
    {
      info: () => createInfo({ languages: ['pl', 'en'], version: '1.2.3' }),
      log: pino(
        { level: 'info' },
        { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
      ),
      operations: {
        async say(transcript): Promise<Said> {
          said.push(transcript);
          listening += 1;
          return {
            id: '1-0',
            answer(signal) {
              if (reply instanceof Promise) return Promise.race([reply, untilAborted(signal)]);
              return reply ? Promise.resolve({ kind: 'answer', output: reply }) : untilAborted(signal);
            },
            executed: async (count, signal) =>
              executed && executed.length >= count ? executed : untilAborted(signal),
            forget() {
              listening -= 1;
            },
          };
        },
        recognise: async (transcript): Promise<RecognizedTranscript> => ({
          transcript,
          recognition: { meaning: { status: 'unclear', responseText: 'Co?' }, source: 'none' },
          ...{ latencyMs: 1, processorId: 'test', processedAt: '2026-11-21T08:00:00.000Z' },
        }),
        hasBridge: async () => hasBridge,
        roomOf: (satellite) => (satellite === 'assist_satellite.kuchnia' ? 'kuchnia' : undefined),
        phrases: (language) => (language.startsWith('en') ? englishPhrases : polishPhrases),
        defaultLanguage: 'pl',
        ...operations,
      },
    },
  );
  onTestFinished(() => server.close());
  return { url: server.url, said, log, listening: () => listening, close: () => server.close() };
}

const transcript = (text: string, more: Record<string, unknown> = {}): Message => ({
  type: 'transcript',
  data: { text, ...more },
});

async function ask(client: WyomingClient, message: Message): Promise<Message> {
  client.send(message);
  return client.read();
}

describe('the Wyoming server', () => {
  test('describes itself as a program that recognises intents and controls the home', async () => {
    const { url } = await start();
    const client = await connectWyoming(url);
    const { type, data } = await ask(client, { type: 'describe' });
    expect(type).toBe('info');
    const program = {
      ...{ name: 'llm-intent', version: '1.2.3', installed: true },
      models: [expect.objectContaining({ name: 'llm-intent', installed: true, languages: ['pl', 'en'] })],
    };
    expect(data).toMatchObject({
      ...{ intent: [program], handle: [{ ...program, supports_home_control: true }] },
      ...{ asr: [], tts: [], wake: [], mic: [], snd: [] },
    });
  });

  test('answers a ping, and nothing to what it does not know', async () => {
    const { url } = await start();
    const client = await connectWyoming(url);
    client.send({ type: 'select-program', data: { name: 'llm-intent' } }, { type: 'audio-stop' });
    expect(await ask(client, { type: 'ping', data: { text: 'hej' } })).toEqual({
      ...{ type: 'pong', data: { text: 'hej' } },
    });
    expect(await ask(client, { type: 'ping' })).toEqual({ type: 'pong' });
  });

  test('hands on what was said, with where and in which talk, and with nobody who says who he is', async () => {
    const { url, said } = await start({ reply: { status: 'unclear', response_text: 'Nie rozumiem.' } });
    const client = await connectWyoming(url);
    const context = {
      ...{ conversation_id: '01JD', device_id: 'd1', satellite_id: 'assist_satellite.kuchnia', user: 'anna' },
    };
    await ask(client, transcript('zgaś światło', { language: 'pl-PL', context }));
    await ask(client, transcript('turn it off', { language: 5, context: { room: 'salon' } }));
    expect(said).toEqual([
      {
        ...{ text: 'zgaś światło', language: 'pl-PL', room: 'kuchnia', sessionId: '01JD' },
        frameId: expect.stringMatching(/^wyoming-/),
      },
      { text: 'turn it off', language: 'pl', room: 'salon', frameId: expect.stringMatching(/^wyoming-/) },
    ]);
    expect(said[0]?.frameId).not.toBe(said[1]?.frameId);
  });

  test('takes what holds no words for nothing', async () => {
    const { url, said } = await start();
    const client = await connectWyoming(url);
    expect(await ask(client, transcript(' \u200b\n'))).toEqual({
      ...{ type: 'not-recognized', data: { text: polishPhrases.unclear } },
    });
    expect(said).toEqual([]);
  });

  const light = { status: 'recognized', kind: 'action', actions: [{ intent: 'light.turn_off' }] };
  test.each<[string, Heard, string, string]>([
    [
      'what was done, when it is done',
      { reply: { ...light, response_text: 'Gaszę.' }, executed: [{ status: 'done' }] },
      ...(['handled', 'Gaszę.'] as const),
    ],
    [
      'what was done without words of its own',
      { reply: light, executed: [{ status: 'done' }] },
      ...(['handled', polishPhrases.done] as const),
    ],
    [
      'what was done, and what the bridge adds',
      {
        reply: { ...light, response_text: 'Gaszę.' },
        executed: [{ status: 'done', response_text: 'Lampa nie odpowiada.' }],
      },
      ...(['handled', 'Gaszę. Lampa nie odpowiada.'] as const),
    ],
    [
      'what was planned',
      { reply: { ...light, response_text: 'O 21:00 gaszę.' }, executed: [{ status: 'scheduled' }] },
      ...(['handled', 'O 21:00 gaszę.'] as const),
    ],
    [
      'what a question was answered with',
      {
        reply: { status: 'recognized', kind: 'query', response_text: 'Sprawdzam.' },
        executed: [{ status: 'answered', response_text: 'Światło jest włączone.' }],
      },
      ...(['handled', 'Światło jest włączone.'] as const),
    ],
    [
      'why something failed, and nothing of its being done',
      {
        reply: { ...light, actions: [{}, {}], response_text: 'Gaszę.' },
        executed: [{ status: 'done' }, { status: 'failed', response_text: 'Nie mam połączenia.' }],
      },
      ...(['not-handled', 'Nie mam połączenia.'] as const),
    ],
    [
      'that something was passed over',
      { reply: { ...light, response_text: 'Gaszę.' }, executed: [{ status: 'skipped', error: 'expired' }] },
      ...(['not-handled', polishPhrases.notDone] as const),
    ],
    [
      'the words of the service, where no bridge is there',
      { reply: { ...light, response_text: 'Gaszę.' } },
      ...(['handled', 'Gaszę.'] as const),
    ],
    [
      'a question that wants a yes, without waiting for anybody',
      { reply: { ...light, requires_confirmation: 'true', response_text: 'Na pewno?' }, hasBridge: true },
      ...(['handled', 'Na pewno?'] as const),
    ],
    [
      'the question which one is meant',
      { reply: { status: 'ambiguous', response_text: 'Którą?' } },
      ...(['handled', 'Którą?'] as const),
    ],
    [
      'that nobody understood',
      { reply: { status: 'unclear', response_text: 'Nie rozumiem.' } },
      ...(['not-recognized', 'Nie rozumiem.'] as const),
    ],
    [
      'that the home has no such thing',
      { reply: { status: 'unavailable', response_text: 'Nie ma świateł.' } },
      ...(['not-handled', 'Nie ma świateł.'] as const),
    ],
    [
      'that it may not',
      { reply: { status: 'refused', response_text: 'Nie wolno.' } },
      ...(['not-handled', 'Nie wolno.'] as const),
    ],
    [
      'that it is too late',
      { reply: { status: 'expired' } },
      ...(['not-handled', polishPhrases.notDone] as const),
    ],
    [
      'that it became a dead letter',
      { reply: Promise.resolve({ kind: 'dead-letter', reason: 'failed', error: 'a defect' } as const) },
      ...(['not-handled', polishPhrases.notDone] as const),
    ],
  ])('tells %s', async (_, heard, type, text) => {
    const { url, listening } = await start(heard);
    const client = await connectWyoming(url);
    expect(await ask(client, transcript('zgaś światło'))).toEqual({ type, data: { text } });
    expect(listening()).toBe(0);
  });

  test('says that nobody knows where nothing is heard of it in time, and logs that once', async () => {
    const times = { answerMs: 20, executedMs: 20 };
    const { url, log } = await start({}, { times });
    const client = await connectWyoming(url);
    const unheard = { type: 'not-handled', data: { text: englishPhrases.unheard } };
    expect(await ask(client, transcript('lights off', { language: 'en' }))).toEqual(unheard);
    expect(await ask(client, transcript('lights off', { language: 'en-GB' }))).toEqual(unheard);
    expect(log).toMatchObject([
      {
        event: 'trouble',
        part: 'wyoming',
        operation: 'answer',
        reason: 'nothing within 20 ms: does a service read that stream?',
      },
    ]);
  });

  test('says that nobody knows where a bridge is there and does not tell', async () => {
    const { url, log } = await start(
      { reply: light, hasBridge: true },
      { times: { answerMs: 60_000, executedMs: 20 } },
    );
    const client = await connectWyoming(url);
    expect(await ask(client, transcript('zgaś światło'))).toEqual({
      ...{ type: 'not-handled', data: { text: polishPhrases.unheard } },
    });
    const reason = 'nothing within 20 ms: is llm-intent bridge running?';
    expect(log).toMatchObject([{ event: 'trouble', operation: 'executed', reason }]);
  });

  test('says that it was not done where it could not be said', async () => {
    const say = async (): Promise<never> => {
      throw new Error('Redis is not connected');
    };
    const { url, log } = await start({}, {}, { say });
    const client = await connectWyoming(url);
    expect(await ask(client, transcript('zgaś światło'))).toEqual({
      ...{ type: 'not-handled', data: { text: polishPhrases.notDone } },
    });
    expect(log).toMatchObject([{ event: 'trouble', operation: 'say', reason: 'Redis is not connected' }]);
  });

  test('only understands what is to be recognised, and names no action that must not simply be done', async () => {
    const action = { intent: 'light.turn_on', entities: { area: 'salon', brightness_pct: 40 } };
    const understood = { status: 'recognized', kind: 'action', confidence: 1 } as const;
    const meanings: readonly RecognizedTranscript['recognition']['meaning'][] = [
      { ...understood, actions: [action], requiresConfirmation: false, responseText: 'Zapalam.' },
      { ...understood, actions: [action, action], requiresConfirmation: false },
      { ...understood, actions: [action], requiresConfirmation: true, responseText: 'Na pewno?' },
      {
        ...understood,
        actions: [{ ...action, at: '2026-11-21T21:00:00+01:00' }],
        requiresConfirmation: false,
      },
      { status: 'recognized', kind: 'query', confidence: 1, query: { intent: 'time.get', entities: {} } },
    ];
    let asked = 0;
    const recognise = async (given: Transcript): Promise<RecognizedTranscript> => ({
      transcript: given,
      recognition: { meaning: meanings[asked++] as (typeof meanings)[number], source: 'rules' },
      ...{ latencyMs: 1, processorId: 'test', processedAt: '' },
    });
    const { url, said } = await start({}, {}, { recognise });
    const client = await connectWyoming(url);
    const recognize = { type: 'recognize', data: { text: 'zapal światło' } };
    client.send(...meanings.map(() => recognize));
    const intent = (words?: string): Message => ({
      type: 'intent',
      data: {
        name: 'light.turn_on',
        entities: [
          { name: 'area', value: 'salon' },
          { name: 'brightness_pct', value: 40 },
        ],
        ...(words !== undefined && { text: words }),
      },
    });
    const answers: Message[] = [];
    while (answers.length < 8) answers.push(await client.read());
    expect(answers).toEqual([
      intent('Zapalam.'),
      ...[{ type: 'intents-start' }, intent(), intent(), { type: 'intents-stop' }],
      { type: 'not-recognized', data: { text: 'Na pewno?' } },
      { type: 'not-recognized', data: { text: polishPhrases.unclear } },
      { type: 'intent', data: { name: 'time.get', entities: [] } },
    ]);
    expect(said).toEqual([]);
  });
});

describe('a client that misbehaves', () => {
  test.each([
    ['what is no message', 'GET / HTTP/1.1\r\n\r\n', 'malformed'],
    ['a line without end', 'x'.repeat(3000), 'oversized'],
    ['more data than may be', '{"type":"transcript","data_length":9000}\n', 'oversized'],
    ['a larger payload than may be', '{"type":"audio-chunk","payload_length":2000}\n', 'oversized'],
    ['a transcript without text', '{"type":"transcript","data":{"text":7}}\n', 'malformed'],
    [
      'a text that is too long',
      `{"type":"transcript","data_length":4110}\n{"text":"${'a'.repeat(4099)}"}`,
      'oversized',
    ],
  ])('is told that %s is refused, logged without what it sent, and cut off', async (_, bytes, code) => {
    const { url, log, said } = await start();
    const client = await connectWyoming(url);
    client.write(bytes);
    const [error, ...more] = await client.ended();
    expect(error).toEqual({ type: 'error', data: { code, text: expect.any(String) } });
    expect(more).toEqual([]);
    expect(log).toMatchObject([
      { event: 'wyoming_refused', peer: '127.0.0.1', reason: error?.data?.['text'] },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/GET|xxx|aaa/);
    expect(said).toEqual([]);
    // Others are served all the same.
    expect((await ask(await connectWyoming(url), { type: 'ping' })).type).toBe('pong');
  });

  test('is cut off when it never ends a message', async () => {
    const { url, log } = await start({}, { limits: { ...DEFAULTS.limits, messageMs: 30 } });
    const client = await connectWyoming(url);
    client.write('{"type":');
    expect(await client.ended()).toMatchObject([{ type: 'error' }]);
    expect(log).toMatchObject([{ event: 'wyoming_refused', reason: 'a message took longer than 30 ms' }]);
  });

  test('is cut off when it says nothing, without a word', async () => {
    const { url, log } = await start({}, { limits: { ...DEFAULTS.limits, idleMs: 30 } });
    const client = await connectWyoming(url);
    expect(await client.ended()).toEqual([]);
    expect(log).toEqual([]);
  });

  test('is cut off when it asks and asks and never reads', async () => {
    const { url } = await start({}, { limits: { ...DEFAULTS.limits, messageMs: 100 } });
    const client = await connectWyoming(url);
    client.socket.pause();
    const question = '{"type":"describe"}\n'.repeat(1000);
    let isCut = false;
    client.socket.on('error', () => {
      isCut = true;
    });
    await expect
      .poll(
        () => {
          if (!isCut) client.write(question);
          return isCut;
        },
        { timeout: 20_000, interval: 20 },
      )
      .toBe(true);
  });

  test('is refused when there are too many, until one leaves', async () => {
    const { url, log } = await start({}, { maxConnections: 1 });
    const first = await connectWyoming(url);
    expect((await ask(first, { type: 'ping' })).type).toBe('pong');
    const second = await connectWyoming(url);
    expect(await second.ended()).toEqual([]);
    expect(log).toMatchObject([{ event: 'trouble', operation: 'accept' }]);
    first.socket.destroy();
    await expect
      .poll(async () => {
        const third = await connectWyoming(url);
        third.send({ type: 'ping' });
        return third.read().catch(() => undefined);
      })
      .toEqual({ type: 'pong' });
  });

  test('who hangs up is waited for no longer', async () => {
    const { url, listening } = await start();
    const client = await connectWyoming(url);
    client.send(transcript('zgaś światło'));
    await expect.poll(listening).toBe(1);
    client.socket.end();
    await expect.poll(listening).toBe(0);
  });
});

describe('a stop', () => {
  test('waits for what is in work, and ends whoever only listens', async () => {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const { url, close, listening } = await start({ reply: promise });
    const [busy, idle] = [await connectWyoming(url), await connectWyoming(url)];
    busy.send(transcript('zgaś światło'), { type: 'ping' });
    await expect.poll(listening).toBe(1);
    const closed = close();
    expect(await idle.ended()).toEqual([]);
    resolve({ kind: 'answer', output: { status: 'unclear', response_text: 'Nie rozumiem.' } });
    expect(await busy.ended()).toEqual([{ type: 'not-recognized', data: { text: 'Nie rozumiem.' } }]);
    await closed;
    const late = connectWyoming(url);
    await expect(late).rejects.toThrow('ECONNREFUSED');
  });

  test('does not wait for ever', async () => {
    const { url, close, listening } = await start();
    const client = await connectWyoming(url);
    client.send(transcript('zgaś światło'));
    await expect.poll(listening).toBe(1);
    await close();
    expect(await client.ended()).toEqual([]);
    expect(listening()).toBe(0);
  });
});

test('an address that is taken is named', async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  await expect(start({}, { port })).rejects.toThrow(`127.0.0.1:${port}`);
});
