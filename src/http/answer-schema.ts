import { z } from 'zod';

const action = z.object({
  intent: z.string().describe('a Home Assistant action, such as light.turn_on'),
  entities: z.record(z.string(), z.unknown()),
  at: z.string().optional().describe('ISO 8601 with zone: when, if it was asked for later'),
  repeat: z.string().optional().describe('an RFC 5545 recurrence rule'),
});

/** What is answered to a transcript. Fields without a value are left out. */
export const recognitionAnswer = z.looseObject({
  schema_version: z.string(),
  frame_id: z.string(),
  transcript: z.string(),
  language: z.string(),
  status: z.enum(['recognized', 'unclear', 'ambiguous', 'unavailable', 'refused', 'expired']),
  intent: z.string().describe('what may simply be done; otherwise none'),
  entities: z.record(z.string(), z.unknown()).optional(),
  actions: z.array(action).optional(),
  query: action.optional(),
  candidates: z.array(z.looseObject({ label: z.string() })).optional(),
  kind: z.enum(['action', 'query']).optional(),
  confidence: z.number().min(0).max(1).optional(),
  requires_confirmation: z.boolean().optional(),
  response_text: z.string().optional(),
  source: z.enum(['cache', 'llm', 'rules', 'none']),
  fallback_reason: z.string().optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
  cost_usd: z.number().optional(),
  saved_usd: z.number().optional(),
  expires_at: z.string().optional(),
  latency_ms: z.number(),
  processor_id: z.string(),
  processed_at: z.string(),
});
