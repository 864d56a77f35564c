import { hostname } from 'node:os';
import { z } from 'zod';
import type { DocumentPath, Mistake } from '../documents/located-yaml.ts';
import { clusterUrl, sentinelUrl } from '../redis-address.ts';
import { bridge, homeAssistant } from './bridge-fields.ts';
import { budget, limits, TENANT } from './budget-fields.ts';
import { name, positive, seconds, timeZone } from './fields.ts';
import { conversation, policy } from './household-fields.ts';
import { llm } from './llm-fields.ts';
import { mode } from './mode-fields.ts';
import { orchestrator } from './orchestrator-fields.ts';
import { queue } from './queue-fields.ts';
import { streams } from './stream-fields.ts';
import { tracing } from './tracing-fields.ts';
import { wyoming } from './wyoming-fields.ts';

/** Its path, where it has one, is the number of a database; what follows a `?` would become options of the client. */
function isRedisAddress(text: string): boolean {
  const address = /^rediss?:\/\//.test(text) ? URL.parse(text) : null;
  return address !== null && address.search === '' && /^\/?\d*$/.test(address.pathname);
}

/** `host` or `host:port`. */
function isHost(text: string): boolean {
  const address = URL.parse(`redis://${text}`);
  return address !== null && address.host === text && address.hostname !== '';
}

const redis = z.strictObject({
  url: z
    .string()
    .refine(isRedisAddress, 'expected an address like redis://user:password@host:6379/0')
    .optional()
    .meta({ env: 'REDIS_URL', description: 'Redis to use; without one a private redis-server is started' }),
  sentinels: z.array(z.string().refine(isHost, 'expected a host, or host:port')).default([]).meta({
    env: 'REDIS_SENTINELS',
    description:
      'Sentinels that know where the master is: host:port, …; REDIS_URL then only tells user, password, database and encryption',
  }),
  master_name: z
    .string()
    .regex(/^[\w.-]+$/, 'expected letters, digits, _, - and dots')
    .optional()
    .meta({ env: 'REDIS_MASTER_NAME', description: 'what the Sentinels call the master' }),
  sentinel_username: name.optional().meta({
    env: 'REDIS_SENTINEL_USERNAME',
    description: 'who asks the Sentinels, where they have users',
  }),
  sentinel_password: name.optional().meta({
    env: 'REDIS_SENTINEL_PASSWORD',
    envFile: 'REDIS_SENTINEL_PASSWORD_FILE',
    description: 'password of the Sentinels themselves, where they want one',
  }),
  sentinel_tls: z.boolean().default(false).meta({
    env: 'REDIS_SENTINEL_TLS',
    description: 'ask the Sentinels over TLS; whether Redis is, REDIS_URL tells by rediss://',
  }),
  cluster_nodes: z.array(z.string().refine(isHost, 'expected a host, or host:port')).default([]).meta({
    env: 'REDIS_CLUSTER_NODES',
    description:
      'some nodes of a Redis Cluster: host:port, …; REDIS_URL then only tells user, password and encryption, and the names of the streams share a hash tag',
  }),
  key_prefix: z
    .string()
    .default('llm-intent:')
    .meta({ env: 'KEY_PREFIX', description: 'what every key of ours starts with' }),
});

const httpToken = z
  .string()
  .min(8)
  // What no header can carry would lock everybody out.
  .regex(/^[\x21-\x7e]*$/, 'expected visible ASCII characters without spaces')
  .optional();

const http = z.strictObject({
  host: name.default('127.0.0.1').meta({ env: 'HOST', description: 'address to listen on' }),
  port: z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8005)
    .meta({ env: 'PORT', description: 'port; 0 = any free one' }),
  token: httpToken.meta({
    env: 'HTTP_TOKEN',
    envFile: 'HTTP_TOKEN_FILE',
    description: 'bearer token for everything that tells more than liveness; at least 8 characters',
  }),
  read_token: httpToken.meta({
    env: 'HTTP_READ_TOKEN',
    envFile: 'HTTP_READ_TOKEN_FILE',
    description: 'another one, for looking only',
  }),
  recognize_token: httpToken.meta({
    env: 'HTTP_RECOGNIZE_TOKEN',
    envFile: 'HTTP_RECOGNIZE_TOKEN_FILE',
    description: 'another one, for having transcripts understood only',
  }),
  allow_anonymous: z.boolean().default(false).meta({
    env: 'HTTP_ALLOW_ANONYMOUS',
    description: 'listen beyond loopback without a token; pages of other sites are refused all the same',
  }),
  metrics_public: z
    .boolean()
    .default(true)
    .meta({ env: 'METRICS_PUBLIC', description: 'serve /metrics without the token' }),
  max_body_bytes: positive
    .default(65_536)
    .meta({ description: 'size of a request body, at most; that of a batch has a limit of its own, 16 MiB' }),
  max_connections: positive
    .max(65_535)
    .default(2000)
    .meta({ description: 'connections at once; one more is closed without an answer' }),
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
  warm_up: z.boolean().default(true).meta({
    description:
      'read every sentence once before the service is ready; without that it is ready sooner, and the first answers take longer',
  }),
});

/** Whom nobody named: it need have no prompts of its own. */
export const DEFAULT_TENANT = 'default';

/** The whole configuration: defaults and descriptions stand beside each field. */
export const configSchema = z.strictObject({
  processor_id: name
    .default('llm-intent-1')
    .meta({ env: 'PROCESSOR_ID', description: 'this service in outputs' }),
  time_zone: timeZone
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
  tracing: tracing.prefault({}),
  redis: redis.prefault({}),
  http: http.prefault({}),
  streams: streams.prefault({}),
  recognition: recognition.prefault({}),
  llm: llm.prefault({}),
  budget: budget.prefault({}),
  mode: mode.prefault({}),
  limits: limits.prefault({}),
  queue: queue.prefault({}),
  cache: cache.prefault({}),
  conversation: conversation.prefault({}),
  policy: policy.prefault({}),
  home_assistant: homeAssistant.prefault({}),
  bridge: bridge.prefault({}),
  orchestrator: orchestrator.prefault({}),
  wyoming: wyoming.prefault({}),
  files: files.prefault({}),
  rules: rules.prefault({}),
});

type ParsedConfig = z.output<typeof configSchema>;

/** The configuration with everything that has a default filled in. */
export type Config = Omit<ParsedConfig, 'streams' | 'bridge'> & {
  readonly streams: ParsedConfig['streams'] & { readonly consumer: string };
  readonly bridge: ParsedConfig['bridge'] & { readonly consumer: string };
  /** Places a mistake in a field that only shows beside the home or the rules: at its file and line, or its variable. */
  readonly mistakeAt: (path: DocumentPath, message: string) => Mistake;
  /** The files that it was read from: its own, and those of secrets. */
  readonly sources: readonly string[];
};

function sentinelAccess({
  sentinel_username: username,
  sentinel_password: password,
  sentinel_tls: isEncrypted,
}: ParsedConfig['redis']) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    isEncrypted,
  };
}

/** Fills in the defaults that depend on other fields or on the machine. */
export function withDerivedDefaults(config: ParsedConfig): Omit<Config, 'mistakeAt' | 'sources'> {
  const consumer = config.streams.consumer ?? `${hostname()}-${config.http.port}`;
  const { sentinels, master_name, cluster_nodes: nodes, url } = config.redis;
  const said = url !== undefined && { url };
  return {
    ...config,
    redis: {
      ...config.redis,
      ...(sentinels.length > 0 &&
        master_name !== undefined && {
          url: sentinelUrl({ sentinels, name: master_name, access: sentinelAccess(config.redis), ...said }),
        }),
      ...(nodes.length > 0 && { url: clusterUrl({ nodes, ...said }) }),
    },
    streams: { ...config.streams, consumer },
    bridge: { ...config.bridge, consumer: config.bridge.consumer ?? hostname() },
  };
}
