import { z } from 'zod';
import { allowance, name, positive, seconds, webAddress } from './fields.ts';
import { providerChoice } from './provider-names.ts';

/** What no header can carry fails before it is sent, with the key in its message. */
const apiKey = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'expected a key of visible ASCII characters, without spaces');

/** One, or several: a list, or as in the environment, with commas between them. */
const webAddresses = z
  .union(
    [
      z.string().transform((text) =>
        text
          .split(',')
          .map((address) => address.trim())
          .filter((address) => address !== ''),
      ),
      z.array(z.string()),
    ],
    'expected an address like https://host/v1, or a list of them',
  )
  .pipe(z.array(webAddress));

/** What there is to say of a provider. @param key its keys' variable */
function provider({ key, address }: { key: string; address: string }) {
  return z.strictObject({
    api_keys: z
      .array(apiKey)
      .default([])
      .meta({
        env: key,
        envFile: `${key}_FILE`,
        description: 'keys, separated by commas in the environment; several take turns',
      }),
    base_url: webAddresses.prefault([]).meta({
      env: address,
      description:
        'address, where it is not its own; several take turns, each with the key at the same place in api_keys, or all with the only one',
    }),
    weights: z
      .array(z.number().positive().max(1000))
      .default([])
      .meta({ description: 'how often each key or address is asked, beside the others; alike by default' }),
    model: name.optional().meta({ description: 'model to ask where LLM_PROVIDERS names none' }),
    requests_per_minute: allowance.prefault('unlimited').meta({
      description: 'requests that all replicas together send it in a minute, tries counted one by one',
    }),
    tokens_per_minute: allowance.prefault('unlimited').meta({
      description: 'tokens of prompts and replies of all replicas in a minute',
    }),
  });
}

const temperature = z.number().min(0).max(2);
const maxTokens = z.number().int().min(50).max(4000);

/** Settings of one kind of prompt, in place of those of all. */
function template(what: string) {
  return z
    .strictObject({
      temperature: temperature.optional().meta({ description: `as llm.temperature, for ${what} alone` }),
      max_tokens: maxTokens.optional().meta({ description: `as llm.max_tokens, for ${what} alone` }),
    })
    .prefault({});
}

/** Kinds of prompt that others have and somebody may look for. */
function notWritten(what: string) {
  return z
    .never({
      error: `no model is asked for ${what}: what is said to people is ours, in every language (docs/prompts/intent-recognition.md); expected recognise or repair`,
    })
    .optional();
}

const variant = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'expected a name of small letters, digits, _ and -')
    .meta({ description: 'as it is recorded: on outputs, metrics and in the ledger' }),
  weight: z.number().positive().max(1000).default(1).meta({
    description: 'its share of those who ask, beside the others',
  }),
  providers: z.array(providerChoice).min(1).optional().meta({
    description: 'who is asked, in this order, in place of llm.providers',
  }),
  prompt: name.optional().meta({
    description: 'prompts of the tenant with this name: recognise.<prompt>.txt, repair.<prompt>.txt',
  }),
});

/** As many values as a label of a metric may well have. */
const MOST_VARIANTS = 10;

const variants = z
  .array(variant)
  .max(MOST_VARIANTS)
  .superRefine((given, context) => {
    for (const [index, { name: own }] of given.entries()) {
      if (given.findIndex((other) => other.name === own) === index) continue;
      const message = `there are two variants called "${own}"; expected different names`;
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
  });

export const llm = z.strictObject({
  providers: z.array(providerChoice).optional().meta({
    env: 'LLM_PROVIDERS',
    description:
      'who is asked, in this order, as provider:model; without it every provider that has a key and a model',
  }),
  temperature: temperature
    .default(0)
    .meta({ env: 'LLM_TEMPERATURE', description: 'how freely the model answers, where it takes that' }),
  max_tokens: maxTokens
    .default(300)
    .meta({ env: 'LLM_MAX_TOKENS', description: 'length of a reply at most, hidden reasoning included' }),
  templates: z
    .strictObject({
      recognise: template('the question what was meant'),
      repair: template('the complaint about a reply of no use'),
      clarify: notWritten('a question back'),
      answer: notWritten('an answer'),
    })
    .prefault({}),
  timeout_ms: z
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(2000)
    .meta({ env: 'LLM_TIMEOUT_MS', description: 'how long one try may take' }),
  deadline_ms: z.number().int().min(50).max(120_000).default(2500).meta({
    env: 'LLM_DEADLINE_MS',
    description: 'how long an utterance may wait for a model, all tries together; then rules answer',
  }),
  retries: z.number().int().min(0).max(10).default(3).meta({ description: 'tries after the first one' }),
  concurrency: z
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .meta({ description: 'calls of this process at once' }),
  lane_depth: z.number().int().min(1).max(100).default(4).meta({
    description: 'transcripts of one room that may wait for a model; rules answer those behind them',
  }),
  variants: variants.default([]).meta({
    description:
      'an experiment: other models or prompts for a share of those who ask; the same origin (user, else room) always gets the same',
  }),
  breaker: z
    .strictObject({
      failures: positive.max(100).default(5).meta({ description: 'failed calls in a row that open it' }),
      open_ms: z
        .number()
        .int()
        .min(100)
        .max(600_000)
        .default(10_000)
        .meta({ description: 'how long it stays open before one call may try' }),
    })
    .prefault({}),
  openai: provider({ key: 'OPENAI_API_KEY', address: 'OPENAI_BASE_URL' }).prefault({}),
  anthropic: provider({ key: 'ANTHROPIC_API_KEY', address: 'ANTHROPIC_BASE_URL' }).prefault({}),
  deepseek: provider({ key: 'DEEPSEEK_API_KEY', address: 'DEEPSEEK_BASE_URL' }).prefault({}),
  groq: provider({ key: 'GROQ_API_KEY', address: 'GROQ_BASE_URL' }).prefault({}),
  openrouter: provider({ key: 'OPENROUTER_API_KEY', address: 'OPENROUTER_BASE_URL' })
    .extend({
      app_url: webAddress
        .default('http://localhost')
        .meta({ description: 'address that it is told calls come from (HTTP-Referer)' }),
      app_title: name
        .regex(/^[\x20-\x7e]*$/, 'expected visible ASCII characters')
        .default('llm-intent')
        .meta({ description: 'name that it is told calls come from (X-Title)' }),
    })
    .prefault({}),
  gemini: provider({ key: 'GEMINI_API_KEY', address: 'GEMINI_BASE_URL' }).prefault({}),
  local: provider({ key: 'LOCAL_API_KEY', address: 'LOCAL_BASE_URL' }).prefault({}),
  mock: z
    .strictObject({
      seed: z.number().int().default(1).meta({ description: 'the same seed gives the same answers' }),
      latency_ms: seconds.default(0).meta({ description: 'how long an answer takes' }),
      jitter_ms: seconds.default(0).meta({ description: 'how much longer it may take' }),
      error_rate: z.number().min(0).max(1).default(0).meta({ description: 'share of calls that fail' }),
      burst: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .default(1)
        .meta({ description: 'failures come so many in a row' }),
    })
    .prefault({}),
});
