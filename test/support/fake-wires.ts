import type { FakeRequest, Fate } from './fake-provider.ts';

/** Tokens of one call. `cached` and `written` are parts of `prompt`. */
export interface FakeTokens {
  readonly prompt: number;
  readonly cached: number;
  readonly written: { readonly fiveMinutes: number; readonly oneHour: number };
  readonly completion: number;
}

/** How a provider is spoken to. */
export interface FakeWire {
  /** Under which it is asked. */
  readonly path: string;
  /** Everything said to it, without the schema. */
  textsOf(body: FakeRequest['body']): readonly string[];
  limitOf(body: FakeRequest['body']): number;
  /** A whole reply. */
  reply(
    request: FakeRequest,
    given: {
      readonly text: string;
      readonly tokens: FakeTokens;
      readonly fate: Extract<Fate, { kind: 'answer' }>;
    },
  ): unknown;
  error(status: number, given: Readonly<Record<string, unknown>> | undefined): unknown;
}

const chatCompletions: FakeWire = {
  path: '/chat/completions',
  textsOf: ({ messages }) => messages.map(({ content }) => content),
  limitOf: (body) => body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY,
  reply({ index, body }, { text, tokens, fate }) {
    const usage = {
      prompt_tokens: tokens.prompt,
      completion_tokens: tokens.completion,
      total_tokens: tokens.prompt + tokens.completion,
      prompt_tokens_details: { cached_tokens: fate.usage === 'false' ? tokens.prompt + 1 : tokens.cached },
      ...(fate.cost !== undefined && { cost: fate.cost }),
      ...claimed(fate),
    };
    if (fate.usage === 'half') Reflect.deleteProperty(usage, 'completion_tokens');
    return {
      id: `chatcmpl-${index}`,
      object: 'chat.completion',
      created: 0,
      model: body.model,
      choices: [
        {
          index: 0,
          finish_reason: { cut: 'length', filtered: 'content_filter', whole: 'stop' }[fate.finish ?? 'whole'],
          message: {
            role: 'assistant',
            content: fate.refusal === undefined ? text : null,
            refusal: fate.refusal ?? null,
          },
        },
      ],
      ...(fate.usage !== 'missing' && { usage }),
    };
  },
  error: (status, given) => ({ error: { message: `fake ${status}`, type: typeOf(status), ...given } }),
};

const messages: FakeWire = {
  path: '/v1/messages',
  textsOf: ({ system = '', messages: said }) => [system, ...said.map(({ content }) => content)],
  limitOf: ({ max_tokens: limit = Number.NaN }) => limit,
  reply({ index, body }, { text, tokens, fate }) {
    const { prompt, cached, written } = tokens;
    const usage = {
      input_tokens: prompt - cached - written.fiveMinutes - written.oneHour,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: written.fiveMinutes + written.oneHour + (fate.usage === 'false' ? 1 : 0),
      cache_creation: {
        ephemeral_5m_input_tokens: written.fiveMinutes,
        ephemeral_1h_input_tokens: written.oneHour,
      },
      output_tokens: tokens.completion,
      service_tier: 'standard',
      ...claimed(fate),
    };
    if (fate.usage === 'half') Reflect.deleteProperty(usage, 'output_tokens');
    const isRefused = fate.refusal !== undefined || fate.finish === 'filtered';
    return {
      id: `msg_${index}`,
      type: 'message',
      role: 'assistant',
      model: body.model,
      content: fate.refusal === undefined ? [{ type: 'text', text }] : [],
      stop_reason: isRefused ? 'refusal' : fate.finish === 'cut' ? 'max_tokens' : 'end_turn',
      ...(fate.usage !== 'missing' && { usage }),
    };
  },
  error: (status, given) => ({
    type: 'error',
    error: { type: typeOf(status), message: `fake ${status}`, ...given },
    request_id: 'req_fake',
  }),
};

/** As both call what they do not even try. */
function typeOf(status: number): string {
  return status === 400 || status === 422 ? 'invalid_request_error' : 'fake_error';
}

function claimed({ usage }: Extract<Fate, { kind: 'answer' }>): object {
  return typeof usage === 'object' ? usage : {};
}

/** The wire that a path belongs to. */
export function wireAt(path: string): FakeWire | undefined {
  return [chatCompletions, messages].find((wire) => path.endsWith(wire.path));
}
