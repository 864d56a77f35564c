import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NANO_DOLLARS_A_DOLLAR } from '../intent/money.ts';
import type { Spent } from './call.ts';

/** The span of one call, by OpenTelemetry's conventions for generative AI. No words of the prompt or reply in it. */
export interface ChatSpan {
  /** @param error absent where it was answered; a message without keys and words */
  end(spent: Spent, error?: { readonly type: string; readonly message: string }): void;
}

/** Providers that the conventions call otherwise than we do. */
const CONVENTIONAL_NAMES: ReadonlyMap<string, string> = new Map([['gemini', 'gcp.gemini']]);
const SILENT: ChatSpan = { end: () => undefined };

/** @param parent nothing is recorded where it does not */
export function startChatSpan(
  parent: Span,
  { provider, model }: { readonly provider: string; readonly model: string },
): ChatSpan {
  if (!parent.isRecording()) return SILENT;
  const span = trace.getTracer('llm-intent').startSpan(
    `chat ${model}`,
    {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.output.type': 'json',
        'gen_ai.provider.name': CONVENTIONAL_NAMES.get(provider) ?? provider,
        'gen_ai.request.model': model,
      },
    },
    trace.setSpan(ROOT_CONTEXT, parent),
  );
  return {
    end({ promptTokens, completionTokens, cachedTokens, cost, tries, responseModel }, error) {
      span.setAttributes({
        'gen_ai.usage.input_tokens': promptTokens,
        'gen_ai.usage.output_tokens': completionTokens,
        'llm.cost.dollars': cost / NANO_DOLLARS_A_DOLLAR,
        'llm.tries': tries,
        ...(cachedTokens > 0 && { 'gen_ai.usage.cache_read.input_tokens': cachedTokens }),
        ...(responseModel !== undefined && { 'gen_ai.response.model': responseModel }),
      });
      if (error !== undefined) {
        span.setAttribute('error.type', error.type);
        span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      }
      span.end();
    },
  };
}
