import { hostname } from 'node:os';
import { z } from 'zod';
import type { DocumentPath, Mistake } from '../documents/located-yaml.ts';
import { parseDollars } from '../intent/money.ts';
import { originOf } from '../intent/origin.ts';

/** A short environment variable's name beside a field; every field has its long one, `LLM_INTENT_A__B_C`, too. */
declare module 'zod' {
  interface GlobalMeta {
    env?: string;
    /** Also read from the file named by this variable: a Docker secret. */
    envFile?: string;
  }
}

const positive = z.number().int().positive();
const days = (count: number): number => count * 86_400;
/** Far from where a time in milliseconds or an entry id is no number any more. */
const seconds = z.number().int().min(0).max(days(3650));
const name = z.string().min(1);

/** Its path, where it has one, is the number of a database; what follows a `?` would become options of the client. */
function isRedisAddress(text: string): boolean {
  const address = /^rediss?:\/\//.test(text) ? URL.parse(text) : null;
  return address !== null && address.search === '' && /^\/?\d*$/.test(address.pathname);
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const redis = z.strictObject({
  url: z
    .string()
    .refine(isRedisAddress, 'expected an address like redis://user:password@host:6379/0')
    .optional()
    .meta({ env: 'REDIS_URL', description: 'Redis to use; without one a private redis-server is started' }),
  key_prefix: z
    .string()
    .default('llm-intent:')
    .meta({ env: 'KEY_PREFIX', description: 'what every key of ours starts with' }),
});

const http = z.strictObject({
  host: name.default('127.0.0.1').meta({ env: 'HOST', description: 'address to listen on' }),
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8005)
    .meta({ env: 'PORT', description: 'port; 0 = any free one' }),
  token: z
    .string()
    .min(8)
    // What no header can carry would lock everybody out.
    .regex(/^[\x21-\x7e]*$/, 'expected visible ASCII characters without spaces')
    .optional()
    .meta({
      env: 'HTTP_TOKEN',
      envFile: 'HTTP_TOKEN_FILE',
      description: 'bearer token for everything that tells more than liveness; at least 8 characters',
    }),
  allow_anonymous: z
    .boolean()
    .default(false)
    .meta({ env: 'HTTP_ALLOW_ANONYMOUS', description: 'listen beyond loopback without a token' }),
  metrics_public: z
    .boolean()
    .default(true)
    .meta({ env: 'METRICS_PUBLIC', description: 'serve /metrics without the token' }),
  max_body_bytes: positive.default(65_536).meta({ description: 'size of a request body, at most' }),
});

const retention = z.strictObject({
  input_seconds: seconds.default(600).meta({
    description: 'how long an input entry stays once every group has settled it',
  }),
  output_seconds: seconds.min(1).default(days(1)).meta({ description: 'how long answers stay' }),
  output_entries: positive.default(250_000).meta({ description: 'answers kept at most' }),
  dead_letter_seconds: seconds.min(1).default(days(30)).meta({ description: 'how long dead letters stay' }),
  dead_letter_entries: positive.default(100_000).meta({ description: 'dead letters kept at most' }),
});

const streamFields = z.strictObject({
  input: z.array(name).min(1).default(['voice:transcribed']).meta({
    env: 'INPUT_STREAM',
    description: 'streams to read transcripts from; each has one active owner among the replicas',
  }),
  output: name.default('intents:recognized').meta({ env: 'OUTPUT_STREAM', description: 'where intents go' }),
  dead_letters: name
    .default('voice:transcribed:dlq')
    .meta({ env: 'DLQ_STREAM', description: 'where entries go that cannot be answered' }),
  group: name
    .default('llm-intent')
    .meta({ env: 'CONSUMER_GROUP', description: 'one group for all replicas' }),
  consumer: name.optional().meta({
    env: 'CONSUMER_NAME',
    description: 'this replica, under the same name after a restart; default <hostname>-<port>',
  }),
  lease_ms: z.number().int().min(100).max(600_000).default(5000).meta({
    env: 'LEASE_MS',
    description: 'how long a dead owner keeps an input stream',
  }),
  max_age_seconds: seconds.default(30).meta({
    env: 'MAX_TRANSCRIPT_AGE_SECONDS',
    description: 'an older transcript is published as expired; 0 = off',
  }),
  batch_size: positive.max(5000).default(500).meta({ description: 'entries read at once' }),
  high_water_mark: positive.max(100_000).default(2000).meta({
    description: 'entries in work at once; past it the stream is the queue',
  }),
  block_ms: z.number().int().min(10).max(10_000).default(1500).meta({
    description: 'how long one wait for entries blocks',
  }),
  drain_ms: z.number().int().min(0).max(600_000).default(5000).meta({
    description: 'how long work in flight may go on after a stop',
  }),
  max_failures: positive.default(5).meta({
    description: 'failures of ours after which a transcript goes to the dead letters',
  }),
  retention: retention.prefault({}),
});

type StreamFields = z.output<typeof streamFields>;

/** A stream in two roles would have us read what we wrote, for ever. */
const streams = streamFields.superRefine((fields: StreamFields, context) => {
  const roles = [
    ...fields.input.map((stream) => ({ stream, field: 'input', name: 'an input stream (INPUT_STREAM)' })),
    { stream: fields.output, field: 'output', name: 'the output stream (OUTPUT_STREAM)' },
    { stream: fields.dead_letters, field: 'dead_letters', name: 'the dead-letter stream (DLQ_STREAM)' },
  ];
  for (const [index, { stream, field, name: role }] of roles.entries()) {
    const other = roles.slice(0, index).find((earlier) => earlier.stream === stream);
    if (!other) continue;
    const message =
      other.field === field
        ? `"${stream}" is listed twice; expected different input streams (INPUT_STREAM)`
        : `${role} and ${other.name} are both "${stream}"; expected different ones`;
    context.addIssue({ code: 'custom', path: [field], message });
  }
});

const RESOLVERS = ['cache', 'llm', 'rules'] as const;

const recognition = z.strictObject({
  resolvers: z
    .array(z.enum(RESOLVERS))
    .min(1)
    .default([...RESOLVERS])
    .meta({
      env: 'RESOLVERS',
      description: 'who is asked, in this order; the first that knows answers',
    }),
  threshold: z.number().min(0).max(1).default(0.5).meta({
    description: 'a reading with less confidence counts as unclear',
  }),
  language_default: z.string().min(2).default('pl').meta({
    env: 'LANGUAGE_DEFAULT',
    description: 'language of a transcript that names none',
  }),
});

/** Who answers `provider` in `LLM_PROVIDERS`; the order is the one in which they are asked where nothing says otherwise. */
const PROVIDER_NAMES = [
  'openai',
  'anthropic',
  'deepseek',
  'groq',
  'openrouter',
  'gemini',
  'local',
  'mock',
] as const;

const providerChoice = z
  .string()
  .regex(
    new RegExp(`^(${PROVIDER_NAMES.join('|')}):\\S+$`),
    `expected provider:model, the provider one of ${PROVIDER_NAMES.join(', ')}`,
  );

/** Infinite: no limit. */
const allowance = z
  .union([z.string(), z.number()])
  .transform((value) => {
    if (value === 'unlimited') return Number.POSITIVE_INFINITY;
    return typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Number.NaN;
  })
  .refine(
    (many) => many === Number.POSITIVE_INFINITY || (Number.isSafeInteger(many) && many >= 0),
    'expected a whole number from 0 on, or unlimited',
  );

const webAddress = z
  .url({ protocol: /^https?$/, error: 'expected an address like https://host/v1' })
  // No request goes to one that has them: it fails before a connection is opened, with the address in its message.
  .refine((address) => {
    const parsed = URL.parse(address);
    return parsed?.username === '' && parsed.password === '';
  }, 'expected an address without a user or password; a key belongs in api_keys');

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

const llm = z.strictObject({
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

const dollars = z
  .union([z.string(), z.number()])
  .transform((value) => parseDollars(String(value)) ?? Number.NaN)
  .refine((amount) => Number.isSafeInteger(amount), 'expected decimal dollars such as 5.00');

const TENANT = /[a-z0-9][a-z0-9_-]{0,63}/;

const scopedLimit = z
  .strictObject({
    scope: z
      .string()
      .regex(
        new RegExp(`^(provider:(\\*|${PROVIDER_NAMES.join('|')})|tenant:(\\*|${TENANT.source})|origin:.+)$`),
        `expected provider:, origin: or tenant: and a name, or * for each: origin:*; providers are ${PROVIDER_NAMES.join(', ')}; tenants have small letters, digits, _ and -`,
      )
      // A name that nobody can have would be a limit that holds nobody back.
      .refine(
        (scope) => !scope.startsWith('origin:') || originOf({ user: scope.slice(7) }) === scope.slice(7),
        'expected a name as users and rooms have it: at most 100 characters, no spaces around it, on one line',
      )
      .meta({
        description:
          'whose money: provider:openai, origin:anna (user, else room), tenant:guests; * is each one',
      }),
    daily_usd: dollars.optional().meta({ description: 'hard cap of a day, in decimal dollars' }),
    monthly_usd: dollars.optional().meta({ description: 'hard cap of a month, in decimal dollars' }),
  })
  .refine(
    ({ daily_usd: day, monthly_usd: month }) => day !== undefined || month !== undefined,
    'expected daily_usd, monthly_usd or both',
  );

const scopedLimits = z
  .array(scopedLimit)
  .default([])
  .superRefine((limits, context) => {
    for (const [index, { scope }] of limits.entries()) {
      if (limits.findIndex((other) => other.scope === scope) === index) continue;
      const message = `"${scope}" has a limit already; expected each scope once`;
      context.addIssue({ code: 'custom', path: [index, 'scope'], message });
    }
  });

const budget = z.strictObject({
  daily_usd: dollars.prefault('5.00').meta({
    env: 'DAILY_LLM_BUDGET_USD',
    description: 'hard cap of a day, in decimal dollars',
  }),
  monthly_usd: dollars.prefault('50.00').meta({
    env: 'MONTHLY_LLM_BUDGET_USD',
    description: 'hard cap of a month, in decimal dollars',
  }),
  time_zone: z
    .string()
    .refine(isTimeZone, 'expected a time zone such as Europe/Warsaw')
    .default('UTC')
    .meta({ env: 'BUDGET_TIMEZONE', description: 'whose midnight begins a day' }),
  webhook: z
    .strictObject({
      url: webAddress.optional().meta({
        env: 'BUDGET_WEBHOOK_URL',
        envFile: 'BUDGET_WEBHOOK_URL_FILE',
        description: 'who is called, by POST, when 50, 80 or 100 % of a limit is spent',
      }),
      timeout_ms: z
        .number()
        .int()
        .min(100)
        .max(60_000)
        .default(5000)
        .meta({ description: 'how long one try of that may take; it is tried four times' }),
    })
    .prefault({}),
  limits: scopedLimits.meta({
    description: 'caps of single providers, origins and tenants, within those of all',
  }),
});

const originAllowance = z.strictObject({
  origin: name.meta({ description: 'a user, or a room where nobody knows the user; or unknown' }),
  minute: allowance.optional().meta({ description: 'its calls in a minute, where not as usual' }),
  hour: allowance.optional().meta({ description: 'its calls in an hour, where not as usual' }),
  day: allowance.optional().meta({ description: 'its calls in a day, where not as usual' }),
});

const limits = z.strictObject({
  minute: allowance.prefault(60).meta({
    description: 'calls of models that one origin may make in a minute; 0 = none ever, or unlimited',
  }),
  hour: allowance.prefault(1000).meta({ description: 'calls of one origin in an hour' }),
  day: allowance.prefault(10_000).meta({ description: 'calls of one origin in a day' }),
  queue: z.number().int().min(0).max(1000).default(100).meta({
    description: 'transcripts of all origins that may wait for a limit about to be free; 0 = none waits',
  }),
  origins: z
    .array(originAllowance)
    .superRefine((origins, context) => {
      const seen = new Set<string>();
      for (const [index, { origin }] of origins.entries()) {
        const message = `"${origin}" has limits already, above; expected one entry for each origin`;
        if (seen.has(origin)) context.addIssue({ code: 'custom', path: [index, 'origin'], message });
        seen.add(origin);
      }
    })
    .default([])
    .meta({ description: 'origins with limits of their own' }),
});

const cache = z.strictObject({
  mode: z.enum(['on', 'dedupe-only', 'off']).default('on').meta({
    env: 'CACHE_MODE',
    description:
      'keep answers of models; or only share one call among the same words said at once; or neither',
  }),
  ttl_seconds: seconds
    .min(1)
    .default(300)
    .meta({ env: 'CACHE_TTL_SECONDS', description: 'how long an answer is kept' }),
  confirmed_ttl_seconds: seconds.default(86_400).meta({
    description: 'how long one is kept that was found again, the same, after it had expired; 0 = no longer',
  }),
  unclear_ttl_seconds: seconds.min(1).default(30).meta({ description: 'how long "not understood" is kept' }),
  backend: z.enum(['redis', 'sqlite', 'memory']).default('redis').meta({
    env: 'CACHE_BACKEND',
    description: 'what stands behind the tier in the process: shared by all replicas, a file, or nothing',
  }),
  local_entries: positive.default(10_000).meta({ description: 'answers kept in the process' }),
  local_megabytes: positive.default(32).meta({ description: 'memory they may take' }),
});

const roomPrivacy = z.strictObject({
  room: name.meta({ description: 'an area of home.yaml (id, name or alias)' }),
  cloud: z.boolean().default(true).meta({
    description: 'false: no word from here is sent to a model that is not on this machine or network',
  }),
  remember: z.boolean().default(true).meta({ description: 'false: what was said here is not remembered' }),
});

const conversation = z.strictObject({
  seconds: seconds.min(1).default(300).meta({ description: 'how long a turn is remembered' }),
  messages: positive.max(100).default(10).meta({ description: 'messages remembered of one room at most' }),
  tokens: positive
    .max(100_000)
    .default(4000)
    .meta({ description: 'tokens of them given to a model at most' }),
  rooms: z.array(roomPrivacy).default([]).meta({ description: 'rooms of which less is kept or sent' }),
});

const shareOfOne = z.number().min(0).max(1);

const mode = z.strictObject({
  automatic: z.boolean().default(true).meta({
    description:
      'choose a cheaper mode by itself, as the fields below say; what an operator sets goes before it',
  }),
  budget: z
    .strictObject({
      economy_share: shareOfOne
        .default(0.8)
        .meta({ description: "share of a day's or month's budget that is spent when economy begins" }),
      rules_only_share: shareOfOne.default(1).meta({
        description: 'the same for rules-only, which also begins when what is left is too little for a call',
      }),
    })
    .refine(({ economy_share: economy, rules_only_share: rulesOnly }) => economy <= rulesOnly, {
      path: ['economy_share'],
      message: 'economy has to begin before rules-only; expected at most rules_only_share',
    })
    .prefault({}),
  hour: z
    .strictObject({
      economy_usd: dollars.optional().meta({
        description:
          'economy begins when the last sixty minutes cost so much, in decimal dollars; absent: never',
      }),
      rules_only_usd: dollars.optional().meta({ description: 'the same for rules-only' }),
    })
    .prefault({}),
  trouble: z
    .strictObject({
      p99_ms: positive.max(120_000).default(5000).meta({
        description: 'how long the slowest hundredth of the answers of models may take',
      }),
      failed_share: shareOfOne
        .default(0.05)
        .meta({ description: 'share of the utterances that models may fail' }),
      window_seconds: seconds.min(1).default(300).meta({
        description: 'how long either is looked back upon; a single bad fifth of it does not count',
      }),
      minimum_calls: positive
        .default(20)
        .meta({ description: 'with fewer utterances in that time nothing is concluded' }),
    })
    .prefault({}),
  margin: shareOfOne.max(0.9).default(0.1).meta({
    description:
      'a cheaper mode ends when what it began for is so much, as a share, below its threshold again',
  }),
  minimum_stay_seconds: seconds.default(60).meta({
    description:
      'how long its cause has to be gone before a cheaper mode ends; twice as long each time that it comes back within an hour',
  }),
  economy: z
    .strictObject({
      models: z.array(providerChoice).optional().meta({
        description:
          'who is asked in economy, in this order, as provider:model; without it the cheapest of those that are asked anyway',
      }),
      ttl_seconds: seconds.min(1).default(3600).meta({
        description: 'how long an answer is kept that was found in economy, where cache.ttl_seconds is less',
      }),
    })
    .prefault({}),
});

const policyRule = z.strictObject({
  action: z
    .string()
    .regex(
      /^(\*|[a-z0-9_*]+\.[a-z0-9_*]+)$/,
      'expected an action as Home Assistant writes it, where * stands for anything: lock.unlock, lock.*, *',
    )
    .meta({ description: 'a Home Assistant action; * stands for anything: lock.unlock, lock.*, *' }),
  device_class: name.optional().meta({ description: 'only for things of this device class: garage' }),
  rooms: z.array(name).min(1).optional().meta({
    description: 'only where it was said in one of these areas of home.yaml (id, name or alias)',
  }),
  users: z.array(name).min(1).optional().meta({
    description: 'only for these speakers, as the upstream calls them; nobody unknown is one of them',
  }),
  hours: name.optional().meta({
    description: 'only when it is to be done in these hours, by the clock of time_zone: 22:00-06:00',
  }),
  decision: z.enum(['allow', 'confirm', 'deny']).meta({
    description: 'do it, do it after a spoken yes, or never; a question needs no yes, but may be denied',
  }),
});

const policy = z.strictObject({
  rules: z.array(policyRule).default([]).meta({
    description:
      'what may be done; the first rule that fits decides. Behind these, locks, alarms and garage doors, gates and doors that are covers ask back (confirm), and everything else is allowed. Of several actions in one sentence the strictest decision counts for all. A rule that can never decide, because those above it do, is a mistake',
  }),
  trust_user: z.boolean().default(false).meta({
    description:
      'let rules with "users" allow more than others may: only where the upstream is sure who speaks',
  }),
});

const files = z.strictObject({
  intents: name
    .default('intents.yaml')
    .meta({ description: 'local rules; relative to the configuration folder' }),
  prices: name.default('prices.yaml').meta({
    description:
      'prices of models that are not known, or not as they should be; relative to the configuration folder',
  }),
  prompts: name.default('prompts').meta({
    description: 'folders with the prompts of tenants, one each; relative to the configuration folder',
  }),
  home: name
    .default('home.yaml')
    .meta({ description: 'areas and entities; relative to the configuration folder' }),
});

const rules = z.strictObject({
  packs: z.array(name).default([]).meta({
    description:
      'folders of Home Assistant sentences, one language each; relative to the configuration folder',
  }),
});

/** Whom nobody named: it need have no prompts of its own. */
export const DEFAULT_TENANT = 'default';

/** The whole configuration: defaults and descriptions stand beside each field. */
export const configSchema = z.strictObject({
  processor_id: name
    .default('llm-intent-1')
    .meta({ env: 'PROCESSOR_ID', description: 'this service in outputs' }),
  time_zone: z
    .string()
    .refine(isTimeZone, 'expected a time zone such as Europe/Warsaw')
    .default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone)
    .meta({ env: 'TIME_ZONE', description: "the home's time zone; the system's by default" }),
  tenant: z
    .string()
    .regex(new RegExp(`^${TENANT.source}$`), 'expected a name of small letters, digits, _ and -')
    .default(DEFAULT_TENANT)
    .meta({
      env: 'TENANT',
      description:
        'for whom this process works, where several share a Redis and a budget: whose prompts it uses, whose limits hold',
    }),
  data_dir: name.default('./data').meta({ env: 'DATA_DIR', description: 'what this service keeps on disk' }),
  log: z
    .strictObject({
      level: z
        .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info')
        .meta({ env: 'LOG_LEVEL', description: 'least important level that is logged' }),
    })
    .prefault({}),
  tracing: z
    .strictObject({
      context_field: z.boolean().default(false).meta({
        env: 'TRACE_CONTEXT_FIELD',
        description: 'also write the trace as JSON into the field trace_context',
      }),
    })
    .prefault({}),
  redis: redis.prefault({}),
  http: http.prefault({}),
  streams: streams.prefault({}),
  recognition: recognition.prefault({}),
  llm: llm.prefault({}),
  budget: budget.prefault({}),
  mode: mode.prefault({}),
  limits: limits.prefault({}),
  cache: cache.prefault({}),
  conversation: conversation.prefault({}),
  policy: policy.prefault({}),
  files: files.prefault({}),
  rules: rules.prefault({}),
});

type ParsedConfig = z.output<typeof configSchema>;

/** The configuration with everything that has a default filled in. */
export type Config = Omit<ParsedConfig, 'streams'> & {
  readonly streams: ParsedConfig['streams'] & { readonly consumer: string };
  /** Places a mistake in a field that only shows beside the home or the rules: at its file and line, or its variable. */
  readonly mistakeAt: (path: DocumentPath, message: string) => Mistake;
};

/** Fills in the defaults that depend on other fields or on the machine. */
export function withDerivedDefaults(config: ParsedConfig): Omit<Config, 'mistakeAt'> {
  const consumer = config.streams.consumer ?? `${hostname()}-${config.http.port}`;
  return { ...config, streams: { ...config.streams, consumer } };
}
