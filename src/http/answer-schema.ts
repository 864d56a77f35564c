import { z } from 'zod';

/** Dollars are told as numbers. */
export const dollars = z.number().describe('US dollars');
/** A point in time. */
export const moment = z.string().describe('UTC, ISO 8601');

const action = z.object({
  intent: z.string().describe('a Home Assistant action, such as light.turn_on'),
  entities: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  at: z.string().optional().describe('ISO 8601 with zone: when, if it was asked for later'),
  repeat: z.string().optional().describe('an RFC 5545 recurrence rule'),
});

/** Why a better step was passed over. */
export const fallbackReason = z.enum([
  ...(['circuit_open', 'budget_exceeded', 'rate_limited', 'timeout', 'provider_error'] as const),
  ...(['invalid_output', 'no_provider', 'mode', 'ledger_unavailable', 'queue_full'] as const),
]);

/** What is answered to a transcript. Fields without a value are left out. */
export const recognitionAnswer = z.object({
  schema_version: z.string(),
  frame_id: z.string(),
  transcript: z.string(),
  language: z.string().describe('BCP 47'),
  room: z.string().optional(),
  user: z.string().optional(),
  session_id: z.string().optional(),
  status: z.enum(['recognized', 'unclear', 'ambiguous', 'unavailable', 'refused', 'expired']),
  intent: z.string().describe('what may simply be done; otherwise none'),
  entities: action.shape.entities.optional().describe('slots of what may simply be done'),
  actions: z.array(action).optional().describe('all that was asked for, in spoken order'),
  query: action.optional().describe('what was asked; a question never carries an action'),
  candidates: z
    .array(action.extend({ label: z.string().describe('what to call it when asking back') }))
    .optional()
    .describe('what may have been meant, where that is ambiguous'),
  kind: z.enum(['action', 'query']).optional(),
  confidence: z.number().min(0).max(1).optional(),
  requires_confirmation: z.boolean().optional().describe('not to be acted on without a spoken yes'),
  confirmed: z.boolean().optional().describe('somebody was asked and said yes'),
  response_text: z.string().optional().describe('what to say back'),
  source: z.enum(['cache', 'llm', 'rules', 'none']),
  fallback_reason: fallbackReason.optional().describe('why a better step was passed over'),
  provider: z.string().optional(),
  model: z.string().optional(),
  prompt_version: z.string().optional(),
  variant: z.string().optional().describe('of the experiment that runs'),
  prompt_tokens: z.int().optional(),
  completion_tokens: z.int().optional(),
  cached_tokens: z.int().optional().describe('part of prompt_tokens'),
  cost_usd: dollars.optional().describe('US dollars that this answer took'),
  saved_usd: dollars.optional().describe('US dollars that a known answer did not take again'),
  expires_at: moment.optional().describe('UTC, ISO 8601: after this, act on nothing'),
  latency_ms: z.number(),
  processor_id: z.string(),
  processed_at: moment,
  traceparent: z.string().optional().describe('W3C trace context: the span of this service'),
  tracestate: z.string().optional(),
});

/** RFC 9457 problem details. */
export const problemAnswer = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('what is wrong and what to do'),
});
