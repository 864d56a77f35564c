import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';
import { localTime } from '../intent/local-time.ts';
import type { RecognizedTranscript } from '../intent/recognition.ts';
import { COUNTED_BY, STATISTICS_DAYS, type Statistics } from '../intent/statistics.ts';
import { createDayCounts, type DayCounts } from '../redis/day-counts.ts';

const DAY_SECONDS = 86_400;
/** Languages and intents that are told apart on a day in a process; whoever sends more is counted as `other`. */
const MOST_NAMES = 200;
/** Characters of a language's name: a sender can write anything. */
const LONGEST_LANGUAGE = 8;

/** Books of what was recognised how. No word that was said is in them, nor who said it or where. */
export interface RecognitionBooks extends Pick<DayCounts, 'close'> {
  /** Off the path; never fails. */
  recognized(recognized: RecognizedTranscript): void;
}

const books = (keyPrefix: string): string => `${keyPrefix}v1:{statistics}:`;
const dayIn = (timeZone: string, now: number): string =>
  localTime(now, timeZone).time.slice(0, 'yyyy-mm-dd'.length);

/** @param failed told when it begins that nothing can be written; it is tried again */
export function createRecognitionBooks({
  redis,
  keyPrefix,
  timeZone,
  clock,
  failed,
}: {
  readonly redis: Redis;
  readonly keyPrefix: string;
  /** An IANA name: whose calendar ends days. */
  readonly timeZone: string;
  readonly clock: Clock;
  readonly failed: (error: Error) => void;
}): RecognitionBooks {
  const { count, close } = createDayCounts({
    ...{ redis, clock, failed },
    scriptName: 'countRecognitions',
    heardKey: `${books(keyPrefix)}heard:`,
    bookOf: (day) => books(keyPrefix) + day,
    keptSeconds: (STATISTICS_DAYS + 1) * DAY_SECONDS,
    dayAt: (now) => dayIn(timeZone, now),
  });
  const names = new Set<string>();

  function countBounded(by: 'language' | 'intent', name: string): void {
    const field = `${by}|${name}`;
    if (names.size < MOST_NAMES) names.add(field);
    count(names.has(field) ? field : `${by}|other`, 1);
  }

  return {
    recognized({ transcript, recognition: { meaning, source, fallbackReason }, latencyMs }) {
      count('transcripts', 1);
      count('microseconds', Math.round(latencyMs * 1000));
      count(`status|${meaning.status}`, 1);
      count(`source|${source}`, 1);
      if (fallbackReason) count(`fallback_reason|${fallbackReason}`, 1);
      const [language = ''] = transcript.language.toLowerCase().split('-');
      countBounded('language', language.slice(0, LONGEST_LANGUAGE));
      if (meaning.status !== 'recognized') return;
      for (const { intent } of meaning.kind === 'action' ? meaning.actions : [meaning.query]) {
        countBounded('intent', intent);
      }
    },
    close,
  };
}

/**
 * Reads the books of the last days.
 *
 * @param days up to and with the present one, at most as many as are kept
 * @throws an error of Redis
 */
export async function readStatistics(
  redis: Redis,
  {
    keyPrefix,
    timeZone,
    days,
    now,
  }: { readonly keyPrefix: string; readonly timeZone: string; readonly days: number; readonly now: number },
): Promise<Statistics> {
  const to = dayIn(timeZone, now);
  const asked = Array.from({ length: days }, (_, index) =>
    new Date(Date.parse(`${to}T00:00:00Z`) - index * DAY_SECONDS * 1000)
      .toISOString()
      .slice(0, 'yyyy-mm-dd'.length),
  ).reverse();
  const found = await Promise.all(asked.map((day) => redis.hgetall(books(keyPrefix) + day)));
  const sums = new Map<string, number>();
  for (const [name, text] of found.flatMap((book) => Object.entries(book))) {
    sums.set(name, (sums.get(name) ?? 0) + Number(text));
  }
  const transcripts = sums.get('transcripts') ?? 0;
  const microseconds = sums.get('microseconds') ?? 0;
  const counts = COUNTED_BY.map((by) => [by, most(sums, `${by}|`)] as const);
  return {
    ...{ from: asked[0] ?? to, to, timeZone, transcripts },
    averageMs: transcripts > 0 ? Math.round(microseconds / transcripts) / 1000 : undefined,
    by: Object.fromEntries(counts) as Statistics['by'],
  };
}

/** What begins so, without the beginning, the most frequent first. */
function most(sums: ReadonlyMap<string, number>, beginning: string): Readonly<Record<string, number>> {
  const own = [...sums].filter(([name]) => name.startsWith(beginning));
  return Object.fromEntries(
    own
      .toSorted(([, one], [, other]) => other - one)
      .map(([name, many]) => [name.slice(beginning.length), many]),
  );
}
