import { z } from 'zod';
import { parseDollars } from '../intent/money.ts';

/** A short environment variable's name beside a field; every field has its long one, `LLM_INTENT_A__B_C`, too. */
declare module 'zod' {
  interface GlobalMeta {
    env?: string;
    /** Also read from the file named by this variable: a Docker secret. */
    envFile?: string;
  }
}

export const positive = z.number().int().positive();
export const days = (count: number): number => count * 86_400;
/** Far from where a time in milliseconds or an entry id is no number any more. */
export const seconds = z.number().int().min(0).max(days(3650));
export const name = z.string().min(1);

/** IANA's name of a zone. */
export const timeZone = z.string().refine(isTimeZone, 'expected a time zone such as Europe/Warsaw');

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** How many, of something that is counted; infinite: no limit. */
export const allowance = z
  .union([z.string(), z.number()])
  .transform((value) => {
    if (value === 'unlimited') return Number.POSITIVE_INFINITY;
    return typeof value === 'number' || /^\d+$/.test(value) ? Number(value) : Number.NaN;
  })
  .refine(
    (many) => many === Number.POSITIVE_INFINITY || (Number.isSafeInteger(many) && many >= 0),
    'expected a whole number from 0 on, or unlimited',
  );

export const webAddress = z
  .url({ protocol: /^https?$/, error: 'expected an address like https://host/v1' })
  // No request goes to one that has them: it fails before a connection is opened, with the address in its message.
  .refine((address) => {
    const parsed = URL.parse(address);
    return parsed?.username === '' && parsed.password === '';
  }, 'expected an address without a user or password; a key belongs in api_keys');

/** Nano-dollars. */
export const dollars = z
  .union([z.string(), z.number()])
  .transform((value) => parseDollars(String(value)) ?? Number.NaN)
  .refine((amount) => Number.isSafeInteger(amount), 'expected decimal dollars such as 5.00');
