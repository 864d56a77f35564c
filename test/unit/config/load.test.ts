import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { secretsOf } from '../../../src/config/secrets.ts';
import { hashTagOf, readClusterUrl, readSentinelUrl, withoutPasswords } from '../../../src/redis-address.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llm-intent-config-'));
  await writeFile(join(folder, 'config.yaml'), 'http:\n  port: 9000\nstreams:\n  output: intents:test\n');
});
afterEach(() => rm(folder, { recursive: true }));

const load = (environment: Record<string, string> = {}) =>
  loadConfig({ LLM_INTENT_CONFIG: folder, ...environment });

describe('the configuration', () => {
  test('fills in the defaults of the contract', async () => {
    const { streams, http, recognition } = await load();
    expect(streams.input).toEqual(['voice:transcribed']);
    expect(streams.group).toBe('llm-intent');
    expect(streams.lease_ms).toBe(5000);
    expect(streams.max_age_seconds).toBe(30);
    expect(http.host).toBe('127.0.0.1');
    expect(recognition.resolvers).toEqual(['cache', 'llm', 'rules']);
  });

  test('lets the profile win over the base file, and the environment over both', async () => {
    await writeFile(join(folder, 'config.staging.yaml'), 'http:\n  port: 9001\n  host: localhost\n');
    const config = await load({ LLM_INTENT_PROFILE: 'staging', PORT: '9002' });
    expect(config.http.port).toBe(9002);
    expect(config.http.host).toBe('localhost');
    expect(config.streams.output).toBe('intents:test');
  });

  test('names every field in the environment, by its long name and some by a short one', async () => {
    const config = await load({
      LLM_INTENT_STREAMS__LEASE_MS: '700',
      INPUT_STREAM: 'voice:{a}:1, voice:{a}:2',
      METRICS_PUBLIC: 'false',
      LLM_INTENT_POLICY__RULES: '[{"action": "lock.*", "decision": "deny"}]',
    });
    expect(config.streams.lease_ms).toBe(700);
    expect(config.streams.input).toEqual(['voice:{a}:1', 'voice:{a}:2']);
    expect(config.http.metrics_public).toBe(false);
    expect(config.policy.rules).toEqual([{ action: 'lock.*', decision: 'deny' }]);
  });

  test.each(['clarify', 'answer'])('says why no model is asked to %s', async (template) => {
    const file = join(folder, 'config.yaml');
    await writeFile(file, `llm:\n  templates:\n    ${template}:\n      max_tokens: 100\n`);
    await expect(load()).rejects.toThrow(
      /config\.yaml:3:\d+.*no model is asked.*expected recognise or repair/,
    );
  });

  test('takes limits as numbers or as none at all, each origin once', async () => {
    const { limits, llm } = await load({
      LLM_INTENT_LIMITS__MINUTE: '0',
      LLM_INTENT_LIMITS__DAY: 'unlimited',
      LLM_INTENT_LIMITS__ORIGINS: '[{"origin": "anna", "minute": 5, "hour": "unlimited"}]',
      LLM_INTENT_LLM__GROQ__TOKENS_PER_MINUTE: '6000',
    });
    const noEnd = Number.POSITIVE_INFINITY;
    const origins = [{ origin: 'anna', minute: 5, hour: noEnd }];
    expect(limits).toEqual({ minute: 0, hour: 1000, day: noEnd, queue: 100, origins });
    expect(llm.groq).toMatchObject({ requests_per_minute: noEnd, tokens_per_minute: 6000 });
    for (const wrong of ['-1', '1.5', 'many', '1e400']) {
      await expect(load({ LLM_INTENT_LIMITS__HOUR: wrong })).rejects.toThrow(
        /LLM_INTENT_LIMITS__HOUR.*a whole number from 0 on, or unlimited/,
      );
    }
    const twice = '[{"origin": "anna"}, {"origin": "anna", "day": 5}]';
    await expect(load({ LLM_INTENT_LIMITS__ORIGINS: twice })).rejects.toThrow(/"anna" has limits already/);
  });

  test('takes an empty variable as one that is not set', async () => {
    expect((await load({ PORT: '' })).http.port).toBe(9000);
  });

  test('reads a secret from a file', async () => {
    await writeFile(join(folder, 'token'), 'a-secret-token\n');
    const config = await load({ HOST: '0.0.0.0', HTTP_TOKEN_FILE: join(folder, 'token') });
    expect(config.http.token).toBe('a-secret-token');
  });

  test('names the consumer after the machine and the port', async () => {
    expect((await load()).streams.consumer).toMatch(/-9000$/);
    expect((await load({ CONSUMER_NAME: 'left' })).streams.consumer).toBe('left');
  });

  test('reports all mistakes at once, each at its place or by its variable', async () => {
    await writeFile(join(folder, 'config.yaml'), 'http:\n  port: many\n  hots: x\n');
    await expect(load({ LEASE_MS: 'soon', LLM_INTENT_HTP__PORT: '1' })).rejects.toThrow(
      new RegExp(
        [
          'LLM_INTENT_HTP__PORT: there is no such field.*',
          '.*config.yaml:2:9: .*expected a.*',
          '.*config.yaml:3:3: there is no field "hots" here',
          'LEASE_MS: .*expected a.*',
        ].join('\n'),
      ),
    );
  });

  test.each(['0.0.0.0', '::', '192.0.2.7'])('asks for a token before it listens on %s', async (host) => {
    await expect(load({ HOST: host })).rejects.toThrow('HTTP_TOKEN: needed when HOST is');
    expect((await load({ HOST: host, HTTP_ALLOW_ANONYMOUS: 'true' })).http.host).toBe(host);
  });

  test.each(['HTTP_READ_TOKEN', 'HTTP_RECOGNIZE_TOKEN'])(
    'takes %s for no lock without HTTP_TOKEN',
    async (name) => {
      await expect(load({ [name]: 'long-enough' })).rejects.toThrow(
        'HTTP_TOKEN: needed beside tokens for less',
      );
      const { http } = await load({ [name]: 'long-enough', HTTP_TOKEN: 'long-enough-too' });
      expect([http.read_token, http.recognize_token]).toContain('long-enough');
    },
  );

  test.each<[string, string, RegExp]>([
    ['MAX_TRANSCRIPT_AGE_SECONDS', '1e14', /at most 315360000/],
    ['MAX_TRANSCRIPT_AGE_SECONDS', '1.5', /expected a whole number/],
    ['LLM_INTENT_STREAMS__RETENTION__INPUT_SECONDS', '0.5', /expected a whole number/],
    ['LLM_INTENT_STREAMS__RETENTION__OUTPUT_SECONDS', '0', /at least 1/],
    ['LLM_INTENT_STREAMS__RETENTION__DEAD_LETTER_SECONDS', '1e12', /at most 315360000/],
    ['LEASE_MS', '1e10', /at most 600000/],
    ['LLM_INTENT_STREAMS__DRAIN_MS', '1e10', /at most 600000/],
    ['HTTP_RECOGNIZE_TOKEN', 'short', /HTTP_RECOGNIZE_TOKEN/],
    ['HTTP_TOKEN', 'two words', /expected visible ASCII/],
    ['HTTP_TOKEN', 'zażółć-gęślą', /expected visible ASCII/],
  ])('refuses %s=%s, which could not work', async (variable, value, expected) => {
    await expect(load({ [variable]: value })).rejects.toThrow(expected);
    await expect(load({ [variable]: value })).rejects.toThrow(`${variable}: `);
  });

  test.each([
    [
      { OUTPUT_STREAM: 'voice:transcribed' },
      'OUTPUT_STREAM: the output stream (OUTPUT_STREAM) and an input stream (INPUT_STREAM) are both "voice:transcribed"',
    ],
    [
      { DLQ_STREAM: 'intents:test' },
      'DLQ_STREAM: the dead-letter stream (DLQ_STREAM) and the output stream (OUTPUT_STREAM) are both "intents:test"',
    ],
    [{ INPUT_STREAM: 'a,voice:transcribed:dlq' }, 'an input stream (INPUT_STREAM) are both'],
    [{ INPUT_STREAM: 'a,b,a' }, 'INPUT_STREAM: "a" is listed twice'],
  ])('refuses one stream in two roles: %o', async (environment, message) => {
    await expect(load(environment)).rejects.toThrow(message);
  });

  test('reads keys, addresses and weights that have commas between them', async () => {
    const { llm } = await load({
      OPENAI_API_KEY: 'sk-1, sk-2',
      OPENAI_BASE_URL: 'https://one.example/v1, https://two.example/v1,',
      LLM_INTENT_LLM__OPENAI__WEIGHTS: '3, 0.5',
    });
    expect(llm.openai).toMatchObject({
      api_keys: ['sk-1', 'sk-2'],
      base_url: ['https://one.example/v1', 'https://two.example/v1'],
      weights: [3, 0.5],
    });
    await expect(load({ LLM_INTENT_LLM__OPENAI__WEIGHTS: '3,many' })).rejects.toThrow(
      /LLM_INTENT_LLM__OPENAI__WEIGHTS: expected a number, not a text/,
    );
    await expect(load({ OPENAI_BASE_URL: 'https://one.example,two' })).rejects.toThrow(
      'OPENAI_BASE_URL: expected an address like https://host/v1',
    );
  });

  test.each([
    'localhost:6379',
    'http://h:6379',
    'redis://[',
    'redis://h:99999',
    'redis://h:6379/cache',
    'redis://h?db=abc',
  ])('refuses %s, which is no address of a Redis', async (address) => {
    await expect(load({ REDIS_URL: address })).rejects.toThrow(
      'REDIS_URL: expected an address like redis://user:password@host:6379/0',
    );
  });

  test.each(['redis://h', 'redis://h/', 'rediss://u:p%20w@[::1]:6380/15'])(
    'takes %s for the address of a Redis',
    async (address) => {
      expect((await load({ REDIS_URL: address })).redis.url).toBe(address);
    },
  );

  describe('of a cluster', () => {
    const together = {
      REDIS_CLUSTER_NODES: '10.0.0.1, other:7001,[::1]:7002',
      ...{ INPUT_STREAM: '{voice}:0,{voice}:1', OUTPUT_STREAM: '{voice}:out', DLQ_STREAM: '{voice}:dlq' },
    };

    test('finds it by its nodes, with what REDIS_URL says beside its host', async () => {
      const { redis } = await load({ ...together, REDIS_URL: 'rediss://me:s%40cret@nowhere' });
      expect(readClusterUrl(redis.url ?? '')).toEqual({
        nodes: [
          { host: '10.0.0.1', port: 6379 },
          { host: 'other', port: 7001 },
          { host: '::1', port: 7002 },
        ],
        ...{ username: 'me', password: 's@cret', isEncrypted: true },
      });
      expect(readClusterUrl((await load(together)).redis.url ?? '')).toMatchObject({ isEncrypted: false });
      expect(readSentinelUrl(redis.url ?? '')).toBeUndefined();
      expect(readClusterUrl('redis://127.0.0.1:6379')).toBeUndefined();
      expect((await load({ REDIS_CLUSTER_NODES: '' })).redis.url).toBeUndefined();
    });

    test('refuses streams that lie apart, names them, and says which names would do', async () => {
      const { REDIS_CLUSTER_NODES } = together;
      await expect(load({ REDIS_CLUSTER_NODES, INPUT_STREAM: 'voice:0,voice:1' })).rejects.toThrow(
        'REDIS_CLUSTER_NODES: the streams must share a hash tag, because one script works on them: ' +
          'INPUT_STREAM=voice:0,voice:1 OUTPUT_STREAM=intents:test DLQ_STREAM=voice:transcribed:dlq; expected such as ' +
          'INPUT_STREAM={voice}:0,{voice}:1 OUTPUT_STREAM={voice}:intents:test DLQ_STREAM={voice}:transcribed:dlq',
      );
    });

    test.each([
      [{ INPUT_STREAM: '{voice}:0,{other}:1' }, 'INPUT_STREAM={voice}:0,{other}:1'],
      [{ LLM_INTENT_WYOMING__ENABLED: 'true' }, 'bridge.output=ha:actions:executed'],
      [{ KEY_PREFIX: '{home}:' }, 'KEY_PREFIX or CONSUMER_GROUP has braces of its own'],
      [{ CONSUMER_GROUP: '{a}' }, 'KEY_PREFIX or CONSUMER_GROUP has braces of its own'],
      [{ KEY_PREFIX: 'home{}' }, 'KEY_PREFIX or CONSUMER_GROUP has braces of its own'],
      [{ KEY_PREFIX: 'home{' }, 'KEY_PREFIX or CONSUMER_GROUP has braces of its own'],
      [{ REDIS_URL: 'redis://h/1' }, 'REDIS_URL: a cluster has no database but 0'],
      [
        { REDIS_SENTINELS: 'a', REDIS_MASTER_NAME: 'b' },
        'REDIS_CLUSTER_NODES: a Redis is watched by Sentinels',
      ],
      [{ REDIS_CLUSTER_NODES: 'redis://a' }, 'REDIS_CLUSTER_NODES: expected a host, or host:port'],
    ])('refuses %j', async (variables, message) => {
      await expect(load({ ...together, ...variables })).rejects.toThrow(message);
    });

    test.each([{ KEY_PREFIX: '{voice}:' }, { KEY_PREFIX: 'home}:' }])('takes %j', async (variables) => {
      await expect(load({ ...together, ...variables })).resolves.toBeDefined();
    });
  });

  test.each([
    ['{a}b', 'a'],
    ['b{a}{c}', 'a'],
    ['b{{a}}', '{a'],
    ['b{}{a}', 'b{}{a}'],
    ['b{a', 'b{a'],
    ['b}{a}', 'a'],
    ['b', 'b'],
  ])('what counts of the key %s in a cluster is %s', (key, tag) => {
    expect(hashTagOf(key)).toBe(tag);
  });

  test('finds a master by its Sentinels, with what REDIS_URL says beside its host', async () => {
    const sentinels = { REDIS_SENTINELS: '10.0.0.1, other:26380,[::1]:26381', REDIS_MASTER_NAME: 'home' };
    const { redis } = await load({ ...sentinels, REDIS_URL: 'rediss://me:s%40cret@nowhere/3' });
    expect(readSentinelUrl(redis.url ?? '')).toEqual({
      sentinels: [
        { host: '10.0.0.1', port: 26_379 },
        { host: 'other', port: 26_380 },
        { host: '::1', port: 26_381 },
      ],
      ...{ name: 'home', username: 'me', password: 's@cret', db: 3, isEncrypted: true },
      access: { isEncrypted: false },
    });
    expect(readSentinelUrl((await load(sentinels)).redis.url ?? '')).toMatchObject({
      ...{ name: 'home', db: 0, isEncrypted: false },
    });
    expect(readSentinelUrl('redis://127.0.0.1:6379/1')).toBeUndefined();
  });

  test('knows how Sentinels want to be asked, and shows nobody their password', async () => {
    const file = join(folder, 'sentinel-password');
    await writeFile(file, 'op&n=s%same\n');
    const config = await load({
      ...{ REDIS_SENTINELS: 'a', REDIS_MASTER_NAME: 'home', REDIS_SENTINEL_USERNAME: 'us er' },
      ...{ REDIS_SENTINEL_PASSWORD_FILE: file, REDIS_SENTINEL_TLS: 'true' },
    });
    const url = config.redis.url ?? '';
    const access = { username: 'us er', password: 'op&n=s%same', isEncrypted: true };
    expect(readSentinelUrl(url)).toMatchObject({ isEncrypted: false, access });
    expect(secretsOf(config)).toContain('op&n=s%same');
    expect(readSentinelUrl(withoutPasswords(url))?.access).toEqual({ username: 'us er', isEncrypted: true });
  });

  test.each([
    [
      { ...{ REDIS_SENTINELS: 'a', REDIS_MASTER_NAME: 'b' }, REDIS_SENTINEL_USERNAME: 'c' },
      'REDIS_SENTINEL_PASSWORD: needed beside REDIS_SENTINEL_USERNAME',
    ],
    [{ REDIS_SENTINEL_PASSWORD: 'secret' }, 'REDIS_SENTINELS: needed beside'],
    [{ REDIS_SENTINEL_TLS: 'true' }, 'REDIS_SENTINELS: needed beside'],
    [{ REDIS_SENTINELS: 'a:26379' }, 'REDIS_MASTER_NAME: needed beside REDIS_SENTINELS'],
    [{ REDIS_MASTER_NAME: 'home' }, 'REDIS_SENTINELS: needed beside REDIS_MASTER_NAME'],
    [
      { REDIS_SENTINELS: 'redis://a', REDIS_MASTER_NAME: 'home' },
      'REDIS_SENTINELS: expected a host, or host:port',
    ],
    [{ REDIS_SENTINELS: 'a', REDIS_MASTER_NAME: 'a b' }, 'REDIS_MASTER_NAME: expected letters'],
  ])('refuses %j, which leads nowhere', async (variables, message) => {
    await expect(load(variables)).rejects.toThrow(message);
  });

  test('takes what Kubernetes tells about a Service named llm-intent for no field', async () => {
    const config = await load({
      LLM_INTENT_SERVICE_HOST: '10.0.0.7',
      LLM_INTENT_SERVICE_PORT: '8005',
      LLM_INTENT_SERVICE_PORT_HTTP: '8005',
      LLM_INTENT_PORT: 'tcp://10.0.0.7:8005',
      LLM_INTENT_PORT_8005_TCP: 'tcp://10.0.0.7:8005',
      LLM_INTENT_PORT_8005_TCP_ADDR: '10.0.0.7',
    });
    expect(config.http.port).toBe(9000);
    await expect(load({ LLM_INTENT_PORTS: '1' })).rejects.toThrow('there is no such field');
  });

  test.each([
    ['development', 'debug'],
    ['staging', 'debug'],
    ['production', 'info'],
  ])('ships the profile %s', async (profile, level) => {
    const config = await loadConfig({ LLM_INTENT_PROFILE: profile });
    expect(config.log.level).toBe(level);
  });

  test('refuses a profile it does not know', async () => {
    await expect(load({ LLM_INTENT_PROFILE: 'prod' })).rejects.toThrow(
      'there is no profile "prod"; expected development',
    );
  });

  test('says which file is missing', async () => {
    await expect(load({ LLM_INTENT_CONFIG: join(folder, 'elsewhere') })).rejects.toThrow(
      'there is no such file',
    );
  });
});
