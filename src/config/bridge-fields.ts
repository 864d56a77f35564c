import { z } from 'zod';
import { days, name, positive, seconds, webAddress } from './fields.ts';

export const homeAssistant = z.strictObject({
  url: webAddress.optional().meta({
    env: 'HA_URL',
    description: 'where Home Assistant is: http://homeassistant.local:8123',
  }),
  token: name.optional().meta({
    env: 'HA_TOKEN',
    envFile: 'HA_TOKEN_FILE',
    description: 'a long-lived access token of one of its users; of an administrator for "home sync"',
  }),
  timeout_ms: z.number().int().min(100).max(120_000).default(10_000).meta({
    description: 'how long it may take to answer',
  }),
});

export const bridge = z.strictObject({
  output: name
    .default('ha:actions:executed')
    .meta({ description: 'the stream that tells what was done of what was said' }),
  output_entries: positive.default(100_000).meta({ description: 'entries kept there at most' }),
  output_seconds: seconds
    .min(60)
    .default(days(30))
    .meta({ description: 'how long an entry is kept there at most' }),
  group: name
    .default('llm-intent-bridge')
    .meta({ description: 'its consumer group on the stream of intents' }),
  consumer: name.optional().meta({
    description: 'this bridge in its group, under the same name after a restart; default <hostname>',
  }),
  port: z.number().int().min(0).max(65_535).optional().meta({
    env: 'BRIDGE_PORT',
    description: 'where it serves /health and /metrics, on http.host; 0 = any free one, absent: nowhere',
  }),
  remember_seconds: seconds.min(60).default(86_400).meta({
    description: 'how long it knows what it has done, so as not to do it again',
  }),
  grace_seconds: seconds.default(300).meta({
    description: 'how late something planned is still done, after an outage; later it is only told',
  }),
  max_schedules: positive.max(10_000).default(500).meta({
    description: 'what may be planned at once, timers included',
  }),
});
