/** How long a provider asks to be left alone: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const inMs = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (inMs >= 0) return inMs;
  const text = headers.get('retry-after') ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `x-ratelimit-remaining-tokens`, `anthropic-ratelimit-input-tokens-remaining`, `x-ratelimit-remaining`. */
const REMAINING = /^(x-ratelimit|anthropic-ratelimit)(?=.*-remaining\b)/;

/**
 * How long a provider has no requests or no tokens left, by its own account.
 *
 * @param now milliseconds since the epoch, for those that tell a time
 * @returns milliseconds; undefined where it has some, or does not say until when it has none
 */
export function exhaustedForMs(headers: Headers, now: number): number | undefined {
  let longest: number | undefined;
  for (const [name, remaining] of headers) {
    if (!REMAINING.test(name) || !/^0+(\.0+)?$/.test(remaining.trim())) continue;
    const reset = untilReset(headers.get(name.replace('-remaining', '-reset')) ?? '', now);
    if (reset !== undefined && reset > (longest ?? 0)) longest = reset;
  }
  return longest;
}

const UNITS_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[dhms]))+$/;
/** A bare number above is a time since the epoch, in seconds; a thousand times as much, in milliseconds. */
const EPOCH_SECONDS = 1_000_000_000;

/** `6m0s`, `20ms`, `1.5`, `1795276862` (a time in seconds), `1795276862000`, `2026-11-21T16:00:00Z`. */
function untilReset(text: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    if (value < EPOCH_SECONDS) return value * 1000;
    return Math.max(0, (value < EPOCH_SECONDS * 1000 ? value * 1000 : value) - now);
  }
  if (DURATION.test(text)) {
    let total = 0;
    for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
      total += Number(amount) * (UNITS_MS[unit] ?? 0);
    }
    return total;
  }
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
