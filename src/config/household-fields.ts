import { z } from 'zod';
import { name, positive, seconds } from './fields.ts';

const roomPrivacy = z.strictObject({
  room: name.meta({ description: 'an area of home.yaml (id, name or alias)' }),
  cloud: z.boolean().default(true).meta({
    description: 'false: no word from here is sent to a model that is not on this machine or network',
  }),
  remember: z.boolean().default(true).meta({ description: 'false: what was said here is not remembered' }),
});

export const conversation = z.strictObject({
  seconds: seconds.min(1).default(300).meta({ description: 'how long a turn is remembered' }),
  messages: positive.max(100).default(10).meta({ description: 'messages remembered of one room at most' }),
  tokens: positive
    .max(100_000)
    .default(4000)
    .meta({ description: 'tokens of them given to a model at most' }),
  rooms: z.array(roomPrivacy).default([]).meta({ description: 'rooms of which less is kept or sent' }),
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
  areas: z.array(name).min(1).optional().meta({
    description: 'only for things that stand in one of these areas of home.yaml (id, name or alias)',
  }),
  labels: z.array(name).min(1).optional().meta({
    description: 'only for things with one of these labels in home.yaml',
  }),
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

export const policy = z.strictObject({
  rules: z.array(policyRule).default([]).meta({
    description:
      'what may be done; the first rule that fits decides. Behind these, locks, alarms and garage doors, gates and doors that are covers ask back (confirm), and everything else is allowed, as is stopping what moves. Of several actions in one sentence the strictest decision counts for all. A rule that can never decide, because those above it do, is a mistake',
  }),
  trust_user: z.boolean().default(false).meta({
    description:
      'let rules with "users" allow more than others may: only where the upstream is sure who speaks',
  }),
});
