import { context, ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import { HomeAssistantError } from '../home-assistant/failure.ts';
import { callerContext } from '../intent/carried-trace.ts';
import { createConsumerSpans } from '../intent/consumer-span.ts';
import { markFailed, markFailedAs } from '../intent/failed-span.ts';
import type { Action } from '../intent/recognition.ts';
import type { TraceParent } from '../intent/transcript.ts';

/** The spans of what the bridge does, in the trace of what was said. */
export interface BridgeTracing {
  /** Works on an entry of the stream of intents. @param waitedMs since it was written */
  processing<Result>(
    entry: { readonly id: string; readonly parent: TraceParent | undefined; readonly waitedMs: number },
    work: (span: Span) => Promise<Result>,
  ): Promise<Result>;
  /** Does what has become due. @param parent what planned it */
  firing<Result>(
    due: { readonly kind: string; readonly action: Action; readonly parent: TraceParent | undefined },
    work: (span: Span) => Promise<Result>,
  ): Promise<Result>;
  /** Asks Home Assistant to act. */
  calling<Answer>(action: Action, parent: Span, ask: () => Promise<Answer>): Promise<Answer>;
}

export function createBridgeTracing({ stream, group }: { stream: string; group: string }): BridgeTracing {
  const tracer = trace.getTracer('llm-intent');
  const startProcess = createConsumerSpans({ stream, group });
  return {
    processing: ({ id, parent, waitedMs }, work) =>
      within(startProcess({ parent, messageId: id, waitedMs }), work),
    firing({ kind, action, parent }, work) {
      const attributes = { 'intent.type': action.intent };
      return within(tracer.startSpan(`fire ${kind}`, { attributes }, callerContext(parent)), work);
    },
    calling(action, parent, ask) {
      const options = { kind: SpanKind.CLIENT, attributes: { 'intent.type': action.intent } };
      const span = tracer.startSpan(`call ${action.intent}`, options, trace.setSpan(ROOT_CONTEXT, parent));
      return context.with(trace.setSpan(ROOT_CONTEXT, span), () => within(span, ask));
    },
  };
}

async function within<Result>(span: Span, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    return await work(span);
  } catch (error) {
    // What Home Assistant says may repeat what was said; its word for it does not.
    if (error instanceof HomeAssistantError) markFailedAs(span, error.code ?? error.trouble);
    else markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}
