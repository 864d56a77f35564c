import type { Encoding } from './token-counter.ts';

/** What a model takes, and how its fields are called. */
export interface Capabilities {
  /** How its reply is held to a shape; the weaker ones are held to it by us alone. */
  readonly format: 'json_schema' | 'json_object' | 'text';
  readonly lengthField: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: boolean;
  /** Fields besides, such as how long it may think. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Its tokenizer, where we can run it. */
  readonly encoding?: Encoding;
}

const STANDARD: Capabilities = {
  format: 'json_schema',
  lengthField: 'max_tokens',
  temperature: true,
  extra: {},
};
/** Thinking has to be paid for and waited for; which candidate is meant needs none. */
const REASONING = {
  lengthField: 'max_completion_tokens',
  temperature: false,
  encoding: 'o200k_base',
} as const;

/** A project can be set to a dearer tier than the one whose prices are listed; a request can ask for that one. */
const LISTED_TIER = { service_tier: 'default' } as const;

interface Row {
  readonly provider: RegExp;
  readonly model: RegExp;
  readonly differs: Partial<Capabilities>;
}

/** The only place where models are told apart. The first row that fits counts. */
const TABLE: readonly Row[] = [
  {
    provider: /^openai$/,
    model: /^gpt-5-chat/,
    differs: { lengthField: 'max_completion_tokens', encoding: 'o200k_base' },
  },
  {
    provider: /^openai$/,
    model: /^gpt-5\.\d/,
    differs: { ...REASONING, extra: { reasoning_effort: 'none' } },
  },
  {
    provider: /^openai$/,
    model: /^gpt-5/,
    differs: { ...REASONING, extra: { reasoning_effort: 'minimal' } },
  },
  { provider: /^openai$/, model: /^o\d/, differs: { ...REASONING, extra: { reasoning_effort: 'low' } } },
  { provider: /^openai$/, model: /^(gpt-4o|gpt-4\.1|chatgpt-4o)/, differs: { encoding: 'o200k_base' } },
  { provider: /^openai$/, model: /./, differs: { lengthField: 'max_completion_tokens' } },
  { provider: /^anthropic$/, model: /^claude-3/, differs: { format: 'text', temperature: false } },
  {
    // This version of its API knows no temperature, and newer models think where nobody says that they need not.
    provider: /^anthropic$/,
    model: /./,
    differs: { temperature: false, extra: { thinking: { type: 'disabled' } } },
  },
  // Thinks before it answers, unless told not to, and knows no schema.
  {
    provider: /^deepseek$/,
    model: /^deepseek-v\d/,
    differs: { format: 'json_object', extra: { thinking: { type: 'disabled' } } },
  },
  { provider: /^deepseek$/, model: /reasoner/, differs: { format: 'json_object', temperature: false } },
  { provider: /^deepseek$/, model: /./, differs: { format: 'json_object' } },
  {
    provider: /^groq$/,
    model: /^openai\/gpt-oss/,
    differs: { lengthField: 'max_completion_tokens', extra: { reasoning_effort: 'low' } },
  },
  {
    provider: /^groq$/,
    model: /qwen3/,
    differs: {
      format: 'json_object',
      lengthField: 'max_completion_tokens',
      extra: { reasoning_effort: 'none' },
    },
  },
  {
    provider: /^groq$/,
    model: /./,
    differs: { format: 'json_object', lengthField: 'max_completion_tokens' },
  },
  {
    provider: /^openrouter$/,
    model: /^openai\/(gpt-5(?!.*chat)|o\d)/,
    differs: { temperature: false, encoding: 'o200k_base', extra: { reasoning: { effort: 'minimal' } } },
  },
  { provider: /^openrouter$/, model: /^openai\/gpt-4(o|\.1)/, differs: { encoding: 'o200k_base' } },
  { provider: /^gemini$/, model: /^gemini-2\.5-flash/, differs: { extra: { reasoning_effort: 'none' } } },
  // These think whatever they are told, so at least little.
  {
    provider: /^gemini$/,
    model: /^gemini-(2\.5-pro|[3-9])/,
    differs: { extra: { reasoning_effort: 'low' } },
  },
  // What they are called where they run at home: qwen3:4b, Qwen/Qwen3-8B, gpt-oss:20b.
  { provider: /^local$/, model: /qwen3|qwq|deepseek-r1/i, differs: { extra: { reasoning_effort: 'none' } } },
  { provider: /^local$/, model: /gpt-oss/i, differs: { extra: { reasoning_effort: 'low' } } },
];

/** What is known of a model before it was ever asked. */
export function capabilitiesOf(provider: string, model: string): Capabilities {
  const row = TABLE.find((known) => known.provider.test(provider) && known.model.test(model));
  const found = { ...STANDARD, ...row?.differs };
  return provider === 'openai' ? { ...found, extra: { ...found.extra, ...LISTED_TIER } } : found;
}

/**
 * What to try next where a server refuses a field that was thought to be known.
 *
 * @param complaint the provider's words about a request it refused
 * @returns undefined where the refusal is about something else
 */
export function withoutWhatIsRefused(
  capabilities: Capabilities,
  complaint: string,
): Capabilities | undefined {
  const { format, lengthField, temperature, extra } = capabilities;
  if (/response_format|output_config|json_schema|json_object|structured output/i.test(complaint)) {
    if (format === 'json_schema') return { ...capabilities, format: 'json_object' };
    return format === 'json_object' ? { ...capabilities, format: 'text' } : undefined;
  }
  const extraField = Object.keys(extra).find((field) => complaint.includes(field));
  if (extraField !== undefined) {
    const kept = Object.entries(extra).filter(([field]) => field !== extraField);
    return { ...capabilities, extra: Object.fromEntries(kept) };
  }
  if (/max_(completion_)?tokens/.test(complaint)) {
    // From the old name to the new one only, or a complaint about the number itself would turn in circles.
    return lengthField === 'max_tokens'
      ? { ...capabilities, lengthField: 'max_completion_tokens' }
      : undefined;
  }
  return /\btemperature\b/.test(complaint) && temperature
    ? { ...capabilities, temperature: false }
    : undefined;
}
