import OpenAI, { APIConnectionError, APIError, OpenAIError } from 'openai';
import { at, modelName } from './as-told.ts';
import type { Capabilities } from './capabilities.ts';
import { readUsage } from './openai-usage.ts';
import { REPLY_SCHEMA, REPLY_SCHEMA_NAME } from './reply-schema.ts';
import { createSdkWire, NO_TIMEOUT_MS, remindOfShape, type SdkWireOptions } from './sdk-wire.ts';
import type { Wire, WireReply, WireRequest } from './wire.ts';

const FORMATS = {
  json_schema: {
    response_format: {
      type: 'json_schema',
      json_schema: { name: REPLY_SCHEMA_NAME, strict: true, schema: REPLY_SCHEMA },
    },
  },
  json_object: { response_format: { type: 'json_object' } },
  text: {},
} as const;

interface OpenAIWireOptions extends SdkWireOptions {
  /** It says itself what a call cost. */
  readonly reportsCost?: boolean;
  /** What it is asked besides, each time. */
  readonly fields?: () => Readonly<Record<string, unknown>>;
}

/** Talks `chat.completions`, which OpenAI, DeepSeek, Groq, OpenRouter, Gemini, Ollama, llama.cpp and vLLM understand. */
export function createOpenAIWire({
  reportsCost = false,
  fields = () => ({}),
  ...options
}: OpenAIWireOptions): Wire {
  // What is not given the SDK would take from variables that are none of ours: another account, headers, logs with prompts.
  const client = new OpenAI({
    apiKey: options.apiKey ?? 'none',
    adminAPIKey: null,
    baseURL: options.baseUrl,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    fetch: options.connections.fetch,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
    ...(options.headers && { defaultHeaders: options.headers }),
  });
  return createSdkWire(options, {
    errors: { connection: APIConnectionError, status: APIError, any: OpenAIError },
    post: (body, how) => client.post('/chat/completions', { body, ...how }).withResponse(),
    bodyOf: (request, how) => ({ ...bodyOf(request, how), ...fields() }),
    read: (completion) => readCompletion(completion, { reportsCost }),
  });
}

function bodyOf(
  { messages, maxTokens, temperature }: WireRequest,
  { model, capabilities }: { model: string; capabilities: Capabilities },
): Record<string, unknown> {
  const { format, lengthField, temperature: takesTemperature, extra } = capabilities;
  return {
    model,
    messages:
      format === 'json_schema'
        ? messages
        : messages.map((message) =>
            message.role === 'system' ? { ...message, content: remindOfShape(message.content) } : message,
          ),
    ...FORMATS[format],
    [lengthField]: maxTokens,
    ...(takesTemperature && { temperature }),
    ...extra,
  };
}

function readCompletion(completion: unknown, how: { readonly reportsCost: boolean }): WireReply | undefined {
  const choice = at(at(completion, 'choices'), 0);
  const message = at(choice, 'message');
  if (typeof message !== 'object' || message === null) return undefined;
  const content = at(message, 'content');
  const finish = at(choice, 'finish_reason');
  const refusal = at(message, 'refusal');
  const isRefused = finish === 'content_filter' || (typeof refusal === 'string' && refusal !== '');
  const usage = readUsage(at(completion, 'usage'), how);
  const model = modelName(at(completion, 'model'));
  return {
    text: typeof content === 'string' ? content : '',
    end: isRefused ? 'refused' : finish === 'length' ? 'cut' : 'whole',
    ...(model !== undefined && { model }),
    ...(usage && { usage }),
  };
}
