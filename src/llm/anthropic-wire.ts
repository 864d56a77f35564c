import Anthropic, { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { readAnthropicUsage } from './anthropic-usage.ts';
import { at, modelName } from './as-told.ts';
import type { Capabilities } from './capabilities.ts';
import { REPLY_SCHEMA } from './reply-schema.ts';
import { createSdkWire, NO_TIMEOUT_MS, remindOfShape, type SdkWireOptions } from './sdk-wire.ts';
import type { Wire, WireReply, WireRequest } from './wire.ts';

/** Talks Anthropic's messages. */
export function createAnthropicWire(options: SdkWireOptions): Wire {
  // As with OpenAI's: an account, logs with prompts and spans with them would come from variables that are none of ours.
  const client = new Anthropic({
    apiKey: options.apiKey ?? 'none',
    // The SDK adds the version itself; an address that has it already is as good.
    baseURL: options.baseUrl.replace(/\/v1\/?$/, ''),
    webhookKey: null,
    maxRetries: 0,
    fetch: options.connections.fetch,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
    ...(options.headers && { defaultHeaders: options.headers }),
    openTelemetry: false,
  });
  return createSdkWire(options, {
    errors: { connection: APIConnectionError, status: APIError, any: AnthropicError },
    // Not messages.create, which writes to the console about models that are to go.
    post: (body, how) => client.post('/v1/messages', { body, ...how }).withResponse(),
    bodyOf,
    read: readMessage,
  });
}

function bodyOf(
  { messages, maxTokens, temperature }: WireRequest,
  { model, capabilities }: { model: string; capabilities: Capabilities },
): Record<string, unknown> {
  const { format, temperature: takesTemperature, extra } = capabilities;
  const hasSchema = format === 'json_schema';
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return {
    model,
    system: hasSchema ? system.join('\n') : remindOfShape(system.join('\n')),
    messages: messages.filter(({ role }) => role !== 'system'),
    max_tokens: maxTokens,
    ...(hasSchema && { output_config: { format: { type: 'json_schema', schema: REPLY_SCHEMA } } }),
    ...(takesTemperature && { temperature }),
    ...extra,
  };
}

function readMessage(message: unknown): WireReply | undefined {
  const blocks = at(message, 'content');
  if (!Array.isArray(blocks)) return undefined;
  const texts = blocks.filter((block) => at(block, 'type') === 'text').map((block) => at(block, 'text'));
  const usage = readAnthropicUsage(at(message, 'usage'));
  const model = modelName(at(message, 'model'));
  return {
    text: texts.filter((text) => typeof text === 'string').join(''),
    end: endOf(at(message, 'stop_reason')),
    ...(model !== undefined && { model }),
    ...(usage && { usage }),
  };
}

function endOf(reason: unknown): WireReply['end'] {
  if (reason === 'refusal') return 'refused';
  return reason === 'max_tokens' || reason === 'model_context_window_exceeded' ? 'cut' : 'whole';
}
