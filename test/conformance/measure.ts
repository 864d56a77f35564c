import { join } from 'node:path';
import type { Slots } from '../../src/intent/recognition.ts';
import { fold } from '../../src/language/fold.ts';
import type { Home } from '../../src/lexicon/home.ts';
import { createMatcher } from '../../src/rules/create-matcher.ts';
import { loadPacks } from '../../src/rules/load-packs.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import type { Matcher } from '../../src/rules/matcher.ts';
import type { Rules } from '../../src/rules/rules.ts';
import { type Case, hasSlots, packFolder, readCases, readFixtures, withDictionaryForms } from './corpus.ts';

/** Says a line beside the test runner's own. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What is measured; whoever leaves out everything measures a language's pack as it is. */
export interface SubjectChoice {
  /** How often the sentences stand in the rules, each time but the first with a word of their own more. */
  readonly times?: number;
  /** Which names the matcher knows; the tests are about the same things. */
  readonly names?: 'all' | 'dictionary';
  /** Whose sentences are matched. */
  readonly rules?: 'pack' | 'own';
}

/** Rules compiled for the home of a language's tests, and these tests. */
export interface Subject {
  readonly language: string;
  readonly match: Matcher;
  /** With all names, by which answers are compared. */
  readonly home: Home;
  readonly cases: readonly Case[];
  readonly buildMs: number;
  /** What is kept of it, in megabytes. */
  readonly megabytes: number;
}

const OWN_RULES = join(import.meta.dirname, '../../config/intents.yaml');
const NO_RULES: Rules = {
  fingerprint: '',
  rules: [],
  lists: new Map(),
  expansions: new Map(),
  skipWords: new Map(),
  singleThings: new Map(),
  unspaced: new Set(),
  languages: new Set(),
};

export async function buildSubject(
  language: string,
  { times = 1, names = 'all', rules: whose = 'pack' }: SubjectChoice = {},
): Promise<Subject> {
  const home = readFixtures(language);
  const known = names === 'all' ? home : withDictionaryForms(home, language);
  const cases = readCases(language);
  const before = memory();
  const started = performance.now();
  const rules = whose === 'own' ? await loadRules(OWN_RULES) : await packRules(language);
  const match = createMatcher({ rules: repeated(rules, times), home: known, defaultLanguage: language });
  await match.warmUp();
  const buildMs = performance.now() - started;
  return { language, match, home, cases, buildMs, megabytes: memory() - before };
}

async function packRules(language: string): Promise<Rules> {
  const { rules, leftOut } = await loadPacks(NO_RULES, [packFolder(language)]);
  for (const { file, line, message } of leftOut) print(`${file}:${line}: ${message}`);
  return rules;
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

/** What was made of one case. */
export interface Answer {
  /** As Home Assistant's packs call it; absent where nothing was understood, or by sentences of ours. */
  readonly intent?: string;
  readonly slots: Slots;
  readonly microseconds: number;
}

/** Says every case once, in their order. @param heard what speech recognition makes of a text */
export function answer({ match, cases, home, language }: Subject, heard = (text: string) => text): Answer[] {
  return cases.map(({ text, room: said }) => {
    // A satellite is set up with an area, whatever people call it.
    const room = said === undefined ? undefined : (home.areaOfRoom(said)?.id ?? said);
    const utterance = { text: heard(text), language, ...(room !== undefined && { room }) };
    const started = performance.now();
    const [best] = match(utterance);
    const microseconds = (performance.now() - started) * 1000;
    return { microseconds, slots: {}, ...best?.pack };
  });
}

/** Shares of the cases, and how long one takes in microseconds. */
export interface Score {
  readonly intent: number;
  readonly exact: number;
  readonly median: number;
  readonly p99: number;
  readonly wrong: readonly string[];
}

/** @param answers one for each case */
export function score({ cases, home }: Pick<Subject, 'cases' | 'home'>, answers: readonly Answer[]): Score {
  const wrong: string[] = [];
  let [intents, exact] = [0, 0];
  for (const [index, expected] of cases.entries()) {
    const { intent, slots = {} } = answers[index] ?? {};
    const isIntent = intent === expected.intent;
    if (isIntent) intents++;
    if (isIntent && hasSlots(slots, expected.slots, home)) exact++;
    else wrong.push(`${expected.text}: ${intent} ${JSON.stringify(slots)}`);
  }
  const times = answers.map(({ microseconds }) => microseconds).sort((one, other) => one - other);
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
