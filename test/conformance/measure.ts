import { fold } from '../../src/language/fold.ts';
import type { Home } from '../../src/lexicon/home.ts';
import { createMatcher } from '../../src/rules/create-matcher.ts';
import { loadPacks } from '../../src/rules/load-packs.ts';
import type { Matcher } from '../../src/rules/matcher.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { type Case, hasSlots, packFolder, readCases, readFixtures } from './corpus.ts';

/** Says a line beside the test runner's own. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A language's pack, compiled for the home of its tests, and its tests. */
export interface Subject {
  readonly match: Matcher;
  readonly home: Home;
  readonly cases: readonly Case[];
  readonly buildMs: number;
  /** What is kept of it, in megabytes. */
  readonly megabytes: number;
}

const NO_RULES: Rules = {
  rules: [],
  lists: new Map(),
  expansions: new Map(),
  skipWords: new Map(),
  unspaced: new Set(),
  languages: new Set(),
};

/** @param times how often the sentences stand in the rules, each time but the first with a word of their own more */
export async function buildSubject(language: string, { times = 1 } = {}): Promise<Subject> {
  const home = readFixtures(language);
  const cases = readCases(language);
  const before = memory();
  const started = performance.now();
  const { rules, notMapped } = await loadPacks(NO_RULES, [packFolder(language)]);
  const match = createMatcher({ rules: repeated(rules, times), home, defaultLanguage: language });
  const buildMs = performance.now() - started;
  for (const { file, line, message } of notMapped) print(`${file}:${line}: ${message}`);
  return { match, home, cases, buildMs, megabytes: memory() - before };
}

function repeated(rules: Rules, times: number): Rules {
  const more = Array.from({ length: times - 1 }, (_, index) => withWord(rules, 'x'.repeat(index + 1)));
  return { ...rules, rules: [...rules.rules, ...more.flat()] };
}

/** The same sentences, with one more word to say at the beginning. */
function withWord({ rules }: Rules, word: string): Rules['rules'] {
  const text = { kind: 'text', text: `${word} ` } as const;
  return rules.map((rule) =>
    rule.form === 'pattern'
      ? rule
      : {
          ...rule,
          sentences: rule.sentences.map((sentence) => ({
            ...sentence,
            template: { kind: 'sequence', parts: [text, sentence.template] } as const,
          })),
        },
  );
}

function memory(): number {
  global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** Shares of the cases, and how long one takes in microseconds. */
export interface Score {
  readonly intent: number;
  readonly exact: number;
  readonly median: number;
  readonly p99: number;
  readonly wrong: readonly string[];
}

/** @param heard what speech recognition makes of a text */
export function score(
  { match, home, cases }: Subject,
  { language, heard = (text) => text }: { language: string; heard?: (text: string) => string },
): Score {
  const times: number[] = [];
  // All are read before any is judged: judging takes ten times as long, and leaves its garbage to the next reading.
  const read = cases.map((sample) => {
    const { text, room } = sample;
    const utterance = { text: heard(text), language, ...(room !== undefined && { room }) };
    const started = performance.now();
    const [best] = match(utterance);
    times.push((performance.now() - started) * 1000);
    return { sample, utterance, best };
  });
  const wrong: string[] = [];
  let [intents, exact] = [0, 0];
  for (const {
    sample: { intent, slots },
    utterance,
    best,
  } of read) {
    const isIntent = best?.pack?.intent === intent;
    const isExact = isIntent && hasSlots(best.pack?.slots ?? {}, slots, home);
    if (isIntent) intents++;
    if (isExact) exact++;
    else wrong.push(`${utterance.text}: ${best?.pack?.intent} ${JSON.stringify(best?.pack?.slots)}`);
  }
  times.sort((one, other) => one - other);
  return {
    intent: intents / cases.length,
    exact: exact / cases.length,
    median: times[Math.floor(times.length / 2)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    wrong,
  };
}

/** As speech recognition writes that knows no diacritics; case is kept. */
export function withoutDiacritics(text: string): string {
  return [...text]
    .map((character) => (fold(character) === character.toLowerCase() ? character : fold(character)))
    .join('');
}
