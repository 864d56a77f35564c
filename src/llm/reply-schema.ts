const text = { type: 'string' } as const;

const slot = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'value'],
  properties: { name: text, value: text },
} as const;

const pick = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'slots', 'at'],
  properties: { id: text, slots: { type: 'array', items: slot }, at: { type: ['string', 'null'] } },
} as const;

/**
 * What a reply must look like. One for all utterances: a provider compiles a schema when it first sees it, and it stands
 * before the prompt, where anything that changed would spoil the provider's cache. Within what all providers take:
 * everything required, null in place of what is missing, no bounds. So a reply that follows it may still be wrong.
 */
export const REPLY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'picks', 'confidence'],
  properties: {
    kind: { type: 'string', enum: ['action', 'query', 'ambiguous', 'unclear'] },
    picks: { type: 'array', items: pick },
    confidence: { type: 'number' },
  },
} as const;

export const REPLY_SCHEMA_NAME = 'intent';
