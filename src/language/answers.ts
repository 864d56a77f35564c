import type { Language } from '../intent/utterance.ts';
import type { AnswerWords } from './answer-words.ts';
import { knowledgeOf } from './languages.ts';
import { phraseAt } from './phrase-at.ts';
import { withoutFillers } from './without-fillers.ts';
import { foldedWords } from './words.ts';

/** What words are as an answer, if anything was asked. */
export type Answer =
  /** @property rest what is said behind the yes, folded: "otwórz" of "tak, otwórz" */
  | { readonly kind: 'yes'; readonly rest: readonly string[] }
  | { readonly kind: 'no' }
  | { readonly kind: 'nevermind' }
  /** It begins with a no, or says both, and then something else: whatever was asked is not wanted so. */
  | { readonly kind: 'objection' }
  /** May say which one. @property objects but where something is only to be confirmed, it speaks against it */
  | { readonly kind: 'choice'; readonly words: readonly string[]; readonly objects?: true };

/** Longer ones say something of their own. In characters and words. */
const LONGEST_TEXT = 80;
const MOST_WORDS = 8;
const MOST_WORDS_OF_A_CHOICE = 6;
const ASKS = /\?/;

/**
 * Reads words as an answer to a question that may have been asked. Cheap, for it is asked about everything said.
 *
 * @param spoken by whose words it is read where the language has none of its own
 * @returns undefined for what can be no answer: an order, a question, a tale
 */
export function readAnswer(
  { text, language }: { readonly text: string; readonly language: Language },
  spoken: readonly Language[],
): Answer | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const words = foldedWords(text);
  if (words.length === 0 || words.length > MOST_WORDS) return undefined;
  const answers = answersIn(language, spoken);
  if (!answers) return undefined;
  const reply = readReply(words, answers);
  // "Tak?": whoever asks has not said yes.
  if (reply?.kind === 'yes' && ASKS.test(text)) return { kind: 'objection' };
  if (reply) return reply;
  const objects = speaksAgainst(words, answers);
  const choice = readChoice(words, answers);
  if (!choice) return objects ? { kind: 'objection' } : undefined;
  return objects ? { ...choice, objects } : choice;
}

/** What people answer in a language, or in the first of the others that has words for it. */
export function answersIn(
  language: Language,
  spoken: readonly Language[],
): { readonly language: Language; readonly words: AnswerWords } | undefined {
  for (const each of [language, ...spoken]) {
    const words = knowledgeOf(each).answers;
    if (words) return { language: each, words };
  }
  return undefined;
}

type Known = NonNullable<ReturnType<typeof answersIn>>;

/** With what yeses and noes begin: most that is said begins otherwise. */
const openings = new WeakMap<AnswerWords, ReadonlySet<string>>();

function openingsOf(answers: AnswerWords): ReadonlySet<string> {
  let known = openings.get(answers);
  if (!known) {
    const phrases = [answers.yes, answers.no, answers.nevermind, answers.beside].flat();
    known = new Set(phrases.map((phrase) => phrase.split(' ', 1)[0] ?? ''));
    openings.set(answers, known);
  }
  return known;
}

/** Nothing but a yes or a no, in other words too, or what begins so. */
function readReply(words: readonly string[], { language, words: answers }: Known): Answer | undefined {
  if (!openingsOf(answers).has(words[0] ?? '')) return undefined;
  const heard = new Set<'yes' | 'no' | 'nevermind'>();
  let at = 0;
  while (at < words.length) {
    const found = (['yes', 'no', 'nevermind'] as const)
      .map((kind) => ({ kind, length: phraseAt(words, at, answers[kind]) }))
      .reduce((longest, other) => (other.length > longest.length ? other : longest));
    const beside = phraseAt(words, at, answers.beside);
    if (found.length === 0 && beside === 0) break;
    if (found.length >= beside) heard.add(found.kind);
    at += Math.max(found.length, beside);
  }
  const [only] = heard;
  if (!only) return undefined;
  const rest = words.slice(at);
  if (heard.size > 1) return { kind: 'objection' };
  if (only === 'yes') {
    // "Please do not": a yes is only read into it.
    const { negations } = knowledgeOf(language).cautions;
    return words.some((word) => negations.has(word)) ? { kind: 'objection' } : { kind: 'yes', rest };
  }
  return rest.length > 0 ? { kind: 'objection' } : { kind: only };
}

/** It negates, depends on something or puts off. */
function speaksAgainst(words: readonly string[], { language, words: { holding } }: Known): boolean {
  const { cautions, clock } = knowledgeOf(language);
  return words.some((word) =>
    [holding, cautions.negations, cautions.later, clock.conditions].some((known) => known.has(word)),
  );
}

/** What orders or asks is no choice between things. */
function readChoice(
  words: readonly string[],
  { language, words: { ordinals } }: Known,
): Extract<Answer, { kind: 'choice' }> | undefined {
  const { directions, leanings, cautions } = knowledgeOf(language);
  const [first = ''] = words;
  if (words.length > MOST_WORDS_OF_A_CHOICE || cautions.questions.has(first)) return undefined;
  // "The last one" may as well be a song that was played before.
  const orders = (word: string): boolean =>
    !ordinals.has(word) && (directions.ways.has(word) || leanings?.orders.has(word) === true);
  return words.some(orders) ? undefined : { kind: 'choice', words };
}

/** The ways that words go, each once: what an answer may say again ("tak, otwórz"). */
export function waysIn(text: string, language: Language): readonly string[] {
  const { ways } = knowledgeOf(language).directions;
  return [...new Set(foldedWords(text).flatMap((word) => ways.get(word) ?? []))];
}

/**
 * Whether what stands behind a yes only says again what was asked about: a verb that goes the same way, and behind it what
 * stands for the thing. Whatever else is said may take the yes back.
 *
 * @param ways of the words that led to the question
 */
export function saysNoMore(
  rest: readonly string[],
  { language, spoken, ways }: { language: Language; spoken: readonly Language[]; ways: readonly string[] },
): boolean {
  const answers = answersIn(language, spoken);
  if (!answers) return rest.length === 0;
  const knowledge = knowledgeOf(answers.language);
  const goesSo = (word: string): boolean => {
    const way = knowledge.directions.ways.get(word);
    return way !== undefined && ways.includes(way);
  };
  return withoutFillers(rest, answers.words.beside).every(
    (word, at, said) => goesSo(word) || (answers.words.asked.has(word) && said.slice(0, at).some(goesSo)),
  );
}
