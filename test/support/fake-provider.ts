import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { replyByOverlap } from '../../src/llm/overlap.ts';
import { type FakeTokens, type FakeWire, wireAt } from './fake-wires.ts';

/** A request as it came. */
export interface FakeRequest {
  /** 0 for the first. */
  readonly index: number;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: ChatBody;
  /** The last message that holds candidates. */
  readonly prompt: string;
  /** What was said. */
  readonly said: string;
}

interface ChatBody {
  readonly model: string;
  /** Where it does not stand among the messages. */
  readonly system?: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly response_format?: { readonly type: string };
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly [field: string]: unknown;
}

/** What a request meets. Anything but a refusal is billed on receipt, whether an answer arrives or not. */
export type Fate = {
  /** Milliseconds before anything is sent. */
  readonly delayMs?: number;
} & (
  | {
      readonly kind: 'answer';
      /** In place of what the overlap of words gives; an object is written as JSON. */
      readonly content?: unknown;
      readonly finish?: 'whole' | 'cut' | 'filtered';
      readonly refusal?: string;
      /** `half`: the tokens of the reply are missing; `false`: numbers that contradict each other; else what is claimed instead. */
      readonly usage?: 'right' | 'missing' | 'half' | 'false' | Readonly<Record<string, unknown>>;
      /** What the prompt met in the provider's cache, and left there. */
      readonly cache?: Partial<Pick<FakeTokens, 'cached' | 'written'>>;
      /** Dollars that it says, and wants, as OpenRouter does. */
      readonly cost?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Milliseconds between the head and the end of the body. */
      readonly slowBodyMs?: number;
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly error?: Readonly<Record<string, unknown>>;
      /** It was worked on before it was refused. */
      readonly isBilled?: boolean;
      readonly slowBodyMs?: number;
    }
  /** The connection is reset once the request is read. */
  | { readonly kind: 'reset' }
  /** Nothing ever comes. */
  | { readonly kind: 'silence' }
  /** The body ends before it is whole. */
  | { readonly kind: 'torn' }
  /** 200, and no reply of a model. */
  | { readonly kind: 'page'; readonly body: string; readonly type?: string }
);

interface BillItem {
  readonly id: string;
  readonly tokens: FakeTokens;
  /** Nano-dollars. */
  readonly cost: number;
}

export interface FakeProvider {
  /** Base of its paths: `http://127.0.0.1:4711/v1`. */
  readonly url: string;
  /** All requests, those that were refused among them; none where it forgets them. */
  readonly requests: readonly FakeRequest[];
  /** What it wants money for; nothing where it forgets that. */
  readonly bill: readonly BillItem[];
  /** How many requests there were. */
  asked(): number;
  /** Nano-dollars that it wants in all. */
  billed(): number;
  /** How many connections were ever opened. */
  connections(): number;
  /** How many are open now. */
  openConnections(): number;
  /** Decides what requests meet from now on; undefined is an answer. */
  plan(fate: (request: FakeRequest) => Fate | undefined): void;
  close(): Promise<void>;
}

export interface FakePrices {
  /** Nano-dollars a token. */
  readonly prompt: number;
  readonly cached: number;
  readonly written: { readonly fiveMinutes: number; readonly oneHour: number };
  readonly completion: number;
}

export const FAKE_PRICES: FakePrices = {
  prompt: 250,
  cached: 25,
  written: { fiveMinutes: 300, oneHour: 500 },
  completion: 2000,
};

/**
 * A provider on a free loopback port that speaks OpenAI's `chat.completions` and Anthropic's messages, answers by overlap of
 * words, misbehaves on demand, and bills every request it begins to work on.
 *
 * @param countTokens of a text; a token for four bytes without it
 */
export async function startFakeProvider({
  prices = FAKE_PRICES,
  countTokens = (text: string) => Math.ceil(Buffer.byteLength(text) / 4),
  thinking = 0,
  schemaTokens = 87,
  forgets = false,
}: {
  readonly prices?: FakePrices;
  readonly countTokens?: (text: string) => number;
  /** Tokens of every reply that nobody sees and everybody pays. */
  readonly thinking?: number;
  /** Of the schema, and whatever else a server puts around the messages. */
  readonly schemaTokens?: number;
  /** Keeps numbers and sums alone: for hours. */
  readonly forgets?: boolean;
} = {}): Promise<FakeProvider> {
  const requests: FakeRequest[] = [];
  const bill: BillItem[] = [];
  let fateOf: (request: FakeRequest) => Fate | undefined = () => undefined;
  let opened = 0;
  let left = 0;
  let asked = 0;
  let billed = 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readAll(incoming);
    const path = incoming.url ?? '';
    const wire = incoming.method === 'POST' ? wireAt(path) : undefined;
    if (!wire) {
      send(response, 404, { error: { message: 'no such path' } });
      return;
    }
    const body = JSON.parse(text) as ChatBody;
    const prompt = body.messages.findLast(({ content }) => content.startsWith('Candidates:'))?.content ?? '';
    const said = /\nSaid: «(.*)»$/.exec(prompt)?.[1] ?? '';
    const { headers } = incoming;
    const request: FakeRequest = { index: asked, path, headers, body, prompt, said };
    asked += 1;
    if (!forgets) requests.push(request);
    const fate = fateOf(request) ?? { kind: 'answer' };
    if (fate.kind !== 'status' || fate.status >= 500 || fate.isBilled) charge(wire, request, fate);
    if (fate.delayMs) await pause(fate.delayMs, response);
    await meet(fate, { wire, request, response });
  }

  /** What a call takes, known before it is answered: who breaks off still pays. */
  function charge(wire: FakeWire, request: FakeRequest, fate: Fate): void {
    const tokens = tokensOf(wire, request, fate);
    const { prompt, cached, written, completion } = tokens;
    const cost =
      (prompt - cached - written.fiveMinutes - written.oneHour) * prices.prompt +
      cached * prices.cached +
      written.fiveMinutes * prices.written.fiveMinutes +
      written.oneHour * prices.written.oneHour +
      completion * prices.completion;
    const reported = fate.kind === 'answer' ? fate.cost : undefined;
    const wanted = reported === undefined ? cost : Math.ceil(reported * 1e9);
    billed += wanted;
    if (!forgets) bill.push({ id: `chatcmpl-${request.index}`, tokens, cost: wanted });
  }

  function tokensOf(wire: FakeWire, { body, prompt }: FakeRequest, fate: Fate): FakeTokens {
    const asked = wire.textsOf(body).reduce((total, text) => total + countTokens(text) + 3, 3);
    const content = contentOf(fate, prompt);
    return {
      prompt: asked + schemaTokens,
      cached: 0,
      written: { fiveMinutes: 0, oneHour: 0 },
      ...(fate.kind === 'answer' && fate.cache),
      completion: Math.min(wire.limitOf(body), thinking + Math.max(1, countTokens(content))),
    };
  }

  async function meet(
    fate: Fate,
    { wire, request, response }: { wire: FakeWire; request: FakeRequest; response: ServerResponse },
  ): Promise<void> {
    switch (fate.kind) {
      case 'answer': {
        const completion = JSON.stringify(replyOf(wire, request, fate));
        response.writeHead(200, { 'content-type': 'application/json', ...fate.headers });
        if (fate.slowBodyMs) {
          response.write(completion.slice(0, 20));
          await pause(fate.slowBodyMs, response);
          response.end(completion.slice(20));
        } else response.end(completion);
        return;
      }
      case 'status': {
        response.writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers });
        response.flushHeaders();
        if (fate.slowBodyMs) await pause(fate.slowBodyMs, response);
        response.end(JSON.stringify(wire.error(fate.status, fate.error)));
        return;
      }
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'silence':
        return;
      case 'torn': {
        const completion = JSON.stringify(replyOf(wire, request, { kind: 'answer' }));
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': completion.length + 10,
        });
        response.write(completion.slice(0, completion.length / 2), () => response.destroy());
        return;
      }
      case 'page':
        response.writeHead(200, { 'content-type': fate.type ?? 'application/json' }).end(fate.body);
        return;
    }
  }

  function replyOf(wire: FakeWire, request: FakeRequest, fate: Extract<Fate, { kind: 'answer' }>): unknown {
    const tokens = tokensOf(wire, request, fate);
    return wire.reply(request, { text: contentOf(fate, request.prompt), tokens, fate });
  }

  const server = createServer((incoming, response) => {
    // Whoever asked may have gone; nobody is left to tell.
    response.on('error', () => undefined);
    serve(incoming, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, 400, { error: { message: String(error) } });
      else response.destroy();
    });
  });
  server.on('connection', (socket) => {
    opened += 1;
    socket.once('close', () => {
      left += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    bill,
    asked: () => asked,
    billed: () => billed,
    connections: () => opened,
    openConnections: () => opened - left,
    plan: (fate) => {
      fateOf = fate;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function contentOf(fate: Fate, prompt: string): string {
  const content = fate.kind === 'answer' ? fate.content : undefined;
  if (typeof content === 'string') return content;
  return JSON.stringify(content ?? replyByOverlap([{ content: prompt }]));
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Ends early when the other side has gone: a test shall not wait for what nobody hears. */
function pause(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.on('close', done);
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
