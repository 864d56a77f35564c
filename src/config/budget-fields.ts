import { z } from 'zod';
import { originOf } from '../intent/origin.ts';
import { allowance, dollars, name, timeZone, webAddress } from './fields.ts';
import { PROVIDER_NAMES } from './provider-names.ts';

/** What a tenant may be called. */
export const TENANT = /[a-z0-9][a-z0-9_-]{0,63}/;

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

export const budget = z.strictObject({
  daily_usd: dollars.prefault('5.00').meta({
    env: 'DAILY_LLM_BUDGET_USD',
    description: 'hard cap of a day, in decimal dollars',
  }),
  monthly_usd: dollars.prefault('50.00').meta({
    env: 'MONTHLY_LLM_BUDGET_USD',
    description: 'hard cap of a month, in decimal dollars',
  }),
  time_zone: timeZone
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

export const limits = z.strictObject({
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
