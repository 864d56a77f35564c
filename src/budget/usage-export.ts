import { z } from 'zod';
import { NANO_DOLLARS_A_DOLLAR, type NanoDollars } from '../intent/money.ts';

/** What a provider says of one model on one day (UTC). What its export does not tell is absent. */
export interface ExportedUsage {
  readonly day: string;
  /** As the provider calls it; absent where the export does not tell models apart. */
  readonly model?: string;
  readonly requests?: number;
  /** All of the prompt, what came from the provider's cache included. */
  readonly promptTokens?: number;
  readonly cachedTokens?: number;
  readonly completionTokens?: number;
  readonly cost?: NanoDollars;
}

export interface UsageExport {
  readonly provider: 'openai' | 'anthropic';
  /** Every day the export covers, those without usage among them. */
  readonly days: readonly string[];
  readonly usage: readonly ExportedUsage[];
}

const count = z.number().int().min(0);
const modelName = z.string().nullish();
/** As a number, or as decimal text. */
const dollars = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?(e-?\d+)?$/i, 'expected a decimal number')
    .transform(Number),
]);
/** Whether others follow it. */
const paging = { has_more: z.boolean().nullish() };
const dollarCurrency = z.string().regex(/^usd$/i, 'expected US dollars');

const openaiResult = z.union([
  z.object({
    object: z.literal('organization.usage.completions.result'),
    input_tokens: count,
    input_cached_tokens: count.nullish(),
    output_tokens: count,
    num_model_requests: count,
    model: modelName,
  }),
  z.object({
    object: z.literal('organization.costs.result'),
    amount: z.object({ value: dollars, currency: dollarCurrency }),
    line_item: z.string().nullish(),
  }),
]);

const openaiPage = z.object({
  object: z.literal('page'),
  ...paging,
  data: z.array(
    z.object({ start_time: z.number().int(), end_time: z.number().int(), results: z.array(openaiResult) }),
  ),
});

const anthropicResult = z.union([
  z.object({
    uncached_input_tokens: count,
    cache_creation: z
      .object({ ephemeral_5m_input_tokens: count.default(0), ephemeral_1h_input_tokens: count.default(0) })
      .nullish(),
    cache_read_input_tokens: count,
    output_tokens: count,
    model: modelName,
  }),
  // In cents, as decimal text.
  z.object({ amount: z.string(), currency: dollarCurrency, model: modelName }),
]);

const anthropicPage = z.object({
  ...paging,
  data: z.array(
    z.object({
      starting_at: z.iso.datetime({ offset: true }),
      ending_at: z.iso.datetime({ offset: true }),
      results: z.array(anthropicResult),
    }),
  ),
});

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Reads what a provider's administration interface answers: a page of OpenAI's `organization/usage/completions` or
 * `organization/costs`, or of Anthropic's `usage_report/messages` or `cost_report`, by day; or several, as an array or one a
 * line.
 *
 * @throws an error that says what the text is not
 */
export function readUsageExport(text: string): UsageExport {
  const exports = pagesIn(text).map(readPage);
  const [first] = exports;
  if (!first) throw new Error('there is nothing in it');
  if (exports.at(-1)?.isFollowed) {
    throw new Error(
      'there is more than it has (has_more): ask for the following pages, too, and give them all, as an array or one a line',
    );
  }
  if (exports.every(({ days }) => days.length === 0)) {
    throw new Error('it has no day: ask for days on which there may have been something');
  }
  if (exports.some(({ provider }) => provider !== first.provider)) {
    throw new Error('it has pages of several providers: give each provider a file of its own');
  }
  return {
    provider: first.provider,
    days: [...new Set(exports.flatMap(({ days }) => days))].toSorted(),
    usage: exports.flatMap(({ usage }) => usage),
  };
}

function pagesIn(text: string): unknown[] {
  try {
    const whole: unknown = JSON.parse(text);
    return Array.isArray(whole) ? whole : [whole];
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return lines.map((line, index) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw new Error(`line ${index + 1} is no JSON: ${(error as Error).message}`, { cause: error });
      }
    });
  }
}

interface Page extends UsageExport {
  readonly isFollowed: boolean;
}

function readPage(page: unknown): Page {
  const isOpenai = typeof page === 'object' && page !== null && 'object' in page;
  return isOpenai ? readOpenai(page) : readAnthropic(page);
}

function readOpenai(page: unknown): Page {
  const { data, has_more: isFollowed } = parse(
    openaiPage,
    page,
    "OpenAI's organization/usage/completions or organization/costs",
  );
  const days: string[] = [];
  const usage: ExportedUsage[] = [];
  for (const { start_time: start, end_time: end, results } of data) {
    const day = dayOfBucket(start * 1000, end * 1000);
    days.push(day);
    for (const result of results) {
      if (result.object === 'organization.costs.result') {
        // `gpt-5-mini-2025-08-07, input`
        const model = result.line_item?.split(',')[0]?.trim();
        usage.push({ day, ...(model && { model }), cost: nano(result.amount.value * NANO_DOLLARS_A_DOLLAR) });
        continue;
      }
      usage.push({
        day,
        ...(result.model && { model: result.model }),
        requests: result.num_model_requests,
        promptTokens: result.input_tokens,
        cachedTokens: result.input_cached_tokens ?? 0,
        completionTokens: result.output_tokens,
      });
    }
  }
  return { provider: 'openai', days, usage, isFollowed: isFollowed === true };
}

function readAnthropic(page: unknown): Page {
  const { data, has_more: isFollowed } = parse(
    anthropicPage,
    page,
    "Anthropic's usage_report/messages or cost_report",
  );
  const days: string[] = [];
  const usage: ExportedUsage[] = [];
  for (const { starting_at: start, ending_at: end, results } of data) {
    const day = dayOfBucket(Date.parse(start), Date.parse(end));
    days.push(day);
    for (const result of results) {
      const model = result.model ? { model: result.model } : {};
      if ('amount' in result) {
        const cents = /^-?\d+(\.\d+)?$/.test(result.amount) ? Number(result.amount) : Number.NaN;
        usage.push({ day, ...model, cost: nano((cents * NANO_DOLLARS_A_DOLLAR) / 100) });
        continue;
      }
      const { ephemeral_5m_input_tokens: short = 0, ephemeral_1h_input_tokens: long = 0 } =
        result.cache_creation ?? {};
      usage.push({
        day,
        ...model,
        promptTokens: result.uncached_input_tokens + short + long + result.cache_read_input_tokens,
        cachedTokens: result.cache_read_input_tokens,
        completionTokens: result.output_tokens,
      });
    }
  }
  return { provider: 'anthropic', days, usage, isFollowed: isFollowed === true };
}

function parse<Shape>(schema: z.ZodType<Shape>, page: unknown, what: string): Shape {
  const parsed = schema.safeParse(page);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new Error(`it is no page of ${what}: ${place}${issue?.message ?? 'another shape'}`);
}

function dayOfBucket(start: number, end: number): string {
  if (end - start !== DAY_MS || start % DAY_MS !== 0) {
    throw new Error('it is not by day: ask for it with bucket_width=1d');
  }
  return new Date(start).toISOString().slice(0, 'yyyy-mm-dd'.length);
}

function nano(amount: number): NanoDollars {
  const rounded = Math.round(amount);
  if (!Number.isSafeInteger(rounded)) throw new Error('it has an amount that is none');
  return rounded;
}
