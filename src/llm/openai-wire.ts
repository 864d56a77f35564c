import OpenAI, { APIError } from 'openai';
import type { Clock } from '../clock.ts';
import { type Capabilities, withoutWhatIsRefused } from './capabilities.ts';
import { type Asked, classifyFailure } from './openai-failure.ts';
import { readUsage } from './openai-usage.ts';
import { SHAPE_REMINDER } from './prompt.ts';
import { ProviderFailure } from './provider-failure.ts';
import { REPLY_SCHEMA, REPLY_SCHEMA_NAME } from './reply-schema.ts';
import { unlessAborted } from './unless-aborted.ts';
import type { Wire, WireReply, WireRequest } from './wire.ts';

export interface OpenAIWireOptions {
  readonly asked: Asked;
  /** Of the provider, up to what all its paths have in common: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Absent for a server of one's own that wants none. */
  readonly apiKey?: string;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
}

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

/** No timer of the SDK's: every try has a signal, and that covers the body, which the SDK's does not for an error's. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** Talks `chat.completions`, which OpenAI, DeepSeek, Groq, OpenRouter, Gemini, Ollama, llama.cpp and vLLM understand. */
export function createOpenAIWire({ asked, baseUrl, apiKey, capabilities, clock }: OpenAIWireOptions): Wire {
  // What is not given the SDK would take from variables that are none of ours: another account, headers, logs with prompts.
  const client = new OpenAI({
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    baseURL: baseUrl,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
  });
  /** As far as the server has told what it does not know. */
  let known = capabilities;

  async function send(request: WireRequest, signal: AbortSignal): Promise<WireReply> {
    for (;;) {
      const used = known;
      try {
        const body = bodyOf(request, { model: asked.model, capabilities: used });
        const completion = await unlessAborted(client.post('/chat/completions', { body, signal }), signal);
        return readCompletion(completion, asked);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof ProviderFailure) throw error;
        const next = isRefusal(error) ? withoutWhatIsRefused(used, complaintOf(error)) : undefined;
        if (!next) throw classifyFailure(error, asked, clock.now());
        // Refused before any work was done, so asked again at once, within the same try. Others may have learnt it too.
        if (known === used) known = next;
      }
    }
  }
  return { send };
}

function bodyOf(
  { messages, maxTokens, temperature }: WireRequest,
  { model, capabilities }: { model: string; capabilities: Capabilities },
): Record<string, unknown> {
  const { format, lengthField, temperature: takesTemperature, extra } = capabilities;
  return {
    model,
    messages: format === 'json_schema' ? messages : messages.map(remindOfShape),
    ...FORMATS[format],
    [lengthField]: maxTokens,
    ...(takesTemperature && { temperature }),
    ...extra,
  };
}

function remindOfShape<Said extends WireRequest['messages'][number]>(message: Said): Said {
  return message.role === 'system'
    ? { ...message, content: `${message.content}\n${SHAPE_REMINDER}` }
    : message;
}

function isRefusal(error: unknown): error is APIError {
  return error instanceof APIError && (error.status === 400 || error.status === 422);
}

function complaintOf({ param, message }: APIError): string {
  return `${param ?? ''} ${message}`;
}

/** Servers that are only compatible leave fields out, so nothing is taken for granted. */
function readCompletion(completion: unknown, { provider }: Asked): WireReply {
  const choice = at(at(completion, 'choices'), 0);
  const message = at(choice, 'message');
  if (typeof message !== 'object' || message === null) {
    throw new ProviderFailure(
      `${provider}: what came back is no chat completion`,
      { kind: 'garbled', retry: true, bill: 'unknown', isOutage: true },
      { cause: completion },
    );
  }
  const content = at(message, 'content');
  const finish = at(choice, 'finish_reason');
  const refusal = at(message, 'refusal');
  const isRefused = finish === 'content_filter' || (typeof refusal === 'string' && refusal !== '');
  const usage = readUsage(at(completion, 'usage'));
  return {
    text: typeof content === 'string' ? content : '',
    end: isRefused ? 'refused' : finish === 'length' ? 'cut' : 'whole',
    ...(usage && { usage }),
  };
}

function at(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}
