import type { Utterance } from '../intent/utterance.ts';
import { contradicts } from '../language/contradiction.ts';
import { fold } from '../language/fold.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { foldedWords } from '../language/words.ts';
import type { Home } from '../lexicon/home.ts';
import { nameKey } from '../lexicon/spoken-names.ts';
import type { SaidTarget } from './matcher.ts';
import { packSayings, type Saying, supposesThings } from './pack-candidate.ts';
import type { Candidate } from './ranking.ts';
import type { Capture, Reading } from './reading.ts';
import type { RuleTarget } from './rules.ts';
import { actionsOfRule } from './rules-for-models.ts';
import type { CompiledSentence } from './sentence-automaton.ts';
import { singleThingIn } from './single-things.ts';
import type { SpokenText } from './spoken-text.ts';

/** What is being read; the utterance's language is the one of the rules that read it. */
interface ReadingContext {
  readonly utterance: Utterance;
  readonly spoken: SpokenText;
}

interface SentenceContext extends ReadingContext {
  readonly home: Home;
  /** Id of the area it was said in. */
  readonly room: string | undefined;
  /** Of the language that is read. */
  readonly singleThings?: ReadonlyMap<string, readonly string[]>;
}

const DIGITS = /^\d+$/;
/** What goes all the way, so that it is not what was asked for by "a little". */
const WHOLE_WAY = /\.(?:open|close)_\w+$/;

/** What a sentence that fits says; nothing where it only seems to be an order. */
export function sentenceCandidates(
  { compiled, captures, weight }: Reading,
  context: SentenceContext,
): Candidate[] {
  const { rule, sentence, order } = compiled;
  if (rule.isAlone && !isAllSaid(weight, context.utterance)) return [];
  if (rule.kind === 'action') {
    if (captures.some((capture) => isSuspicious(capture, context) || isTarget(capture, rule, context)))
      return [];
  }
  if (captures.some((capture) => isHeading(capture, context))) return [];
  const quote = ({ from, to }: Capture): string => context.spoken.quote(from, to);
  const sayings = rule.pack
    ? packSayings({ pack: rule.pack, captures, quote, home: context.home, room: context.room })
    : [withSingle(ownSaying(compiled, captures, quote), captures, context)];
  // "Zasłoń" said with its diacritics is no "zasłon", even where a name is heard in it.
  const names = (): readonly Capture[] =>
    captures.filter((capture) => isNamed(capture) && !isOtherName(capture, () => quote(capture)));
  const unnamed = (): readonly string[] => wordsOutside(names(), context.spoken);
  const { cautions, directions } = knowledgeOf(context.utterance.language);
  if (rule.kind === 'action') {
    if (sayings.some(({ slots }) => contradicts(unnamed, slots, directions))) return [];
    // A sentence of ours that says so itself knows what it does: "a bit of shade". One of a pack opens all the way.
    const said = rule.pack ? [] : foldedWords(sentence.text);
    const isMeasured = (word: string): boolean => cautions.slightly.has(word) && !said.includes(word);
    if (unnamed().some(isMeasured) && actionsOfRule(rule).every((action) => WHOLE_WAY.test(action)))
      return [];
  }
  const confidence = confidenceOf(weight);
  const otherName = captures.some((capture) => isOtherName(capture, () => quote(capture)));
  const terms = (rule.pack?.requires.size ?? 0) + (rule.pack?.excludes.size ?? 0);
  const supposes = rule.pack !== undefined && supposesThings(rule.pack, captures);
  return sayings.map((saying) => ({
    weight,
    order,
    otherName,
    terms,
    supposes,
    fillsName: saying.pack?.slots['name'] !== undefined,
    match: { ...saying, template: sentence.text, confidence },
  }));
}

/** "Dobranoc, proszę"; not "dobranoc, kochanie", though "kochanie" means nothing beside an order. */
function isAllSaid({ literal, listed, wild }: Reading['weight'], { text, language }: Utterance): boolean {
  const said = withoutFillers(foldedWords(text), knowledgeOf(language).courtesies).join('');
  return literal + listed + wild >= said.length;
}

function isNamed({ meaning }: Capture): boolean {
  return meaning !== undefined && meaning.kind !== 'value';
}

/** The words that no capture took. */
function wordsOutside(captures: readonly Capture[], { words, endOf }: SpokenText): string[] {
  return words.filter((_, index) => !isCaptured(endOf(index), captures));
}

function isCaptured(end: number, captures: readonly Capture[]): boolean {
  return captures.some(({ from, to }) => from < end && end <= to);
}

function ownSaying(
  { rule, sentence }: CompiledSentence,
  captures: readonly Capture[],
  quote: (capture: Capture) => string,
): Saying {
  const values = captures.flatMap((capture) => {
    if (capture.meaning === undefined) return [[capture.slot, quote(capture)] as const];
    return capture.meaning.kind === 'value' ? [[capture.slot, capture.meaning.value] as const] : [];
  });
  const target = rule.target && saidTarget(rule.target, captures, quote);
  const response = rule.responses[sentence.language];
  return {
    action: rule.action,
    kind: rule.kind,
    slots: { ...rule.slots, ...Object.fromEntries(values) },
    ...(target && { target }),
    ...(rule.threshold !== undefined && { threshold: rule.threshold }),
    ...(rule.isUncritical && { isUncritical: true }),
    ...(rule.oneEach !== undefined && { oneEach: rule.oneEach }),
    ...(rule.isAlone && { isAlone: true }),
    ...(rule.isTimed && { isTimed: true }),
    ...(response !== undefined && { response }),
  };
}

/** What was said with diacritics, and not with those of any spelling of the name. */
function isOtherName({ meaning }: Capture, quote: () => string): boolean {
  if (meaning?.kind !== 'entities') return false;
  const written = quote().toLowerCase();
  return !meaning.spellings.includes(written) && written !== fold(written);
}

/**
 * Words that a leading wildcard took and that turn the order round or give none: "nie dodawaj mleka … do listy", "mama
 * patrzy … na listę"; or that any wildcard took and that only point at something, "dodaj to … do listy"; or that a wildcard
 * of a few words took and that are an order of their own, "… a potem zgaś światło", a reason, "… bo się skończyło", a place,
 * or only a number; or the word before them once more: "dodaj dodaj mleko".
 */
function isSuspicious(
  { meaning, unled = false, limited = false, from, to }: Capture,
  { spoken, utterance }: ReadingContext,
): boolean {
  if (meaning) return false;
  const { asides, cautions, directions, linking, tells, numberWords } = knowledgeOf(utterance.language);
  const words = foldedWords(spoken.quote(from, to));
  if (words.every((word) => linking.pronouns.has(word))) return true;
  if (!unled && !limited) return false;
  // "Two timers" are two, and none is called so.
  if (limited && words.every((word) => numberWords.has(word) || DIGITS.test(word))) return true;
  if (limited && words.some((word) => asides.reasons.includes(word))) return true;
  // "In the kitchen" and "at school" say where, and not what.
  if (limited && !unled && cautions.places.has(words[0] ?? '')) return true;
  // "Usuń wszystko" is about all of them, and before a number "minus" is its sign.
  if (limited && words.length === 1 && cautions.totals.has(words[0] ?? '')) return true;
  if (limited && words.at(-1) === 'minus') return true;
  const before = spoken.words[spoken.wordAt(from) - 1];
  if (limited && before === words[0]) return true;
  const { negations, questions } = cautions;
  const turned = unled && (tells(words) || words.some((word) => negations.has(word) || questions.has(word)));
  return turned || (limited && words.some((_, at) => beginsOrder(words, at, { cautions, directions })));
}

/** "Dodaj do listy zakupów" adds nothing: "zakupów" belongs to what the list is called. */
function isTarget(
  { limited = false, from, to }: Capture,
  { target, pack }: CompiledSentence['rule'],
  { home, spoken, utterance: { language } }: SentenceContext,
): boolean {
  if (!limited || !target || pack) return false;
  const said = foldedWords(spoken.quote(from, to)).join(' ');
  return home
    .entitiesOf({ domains: target.domains })
    .some((entity) => home.namesIn(entity, language).some((name) => nameKey(name) === said));
}

/** "Na górę", of which "górę" was taken for the floor. */
function isHeading({ meaning, from, to }: Capture, { spoken, utterance }: ReadingContext): boolean {
  if (meaning?.kind !== 'floor' && meaning?.kind !== 'area') return false;
  const { headings } = knowledgeOf(utterance.language).cautions;
  if (headings.size === 0) return false;
  const before = spoken.text.slice(0, from).trimEnd();
  const phrase = spoken.text.slice(before.lastIndexOf(' ') + 1, to);
  return headings.has(phrase);
}

/** "i zgaś", "a potem", "potem zgaś". */
function beginsOrder(
  words: readonly string[],
  at: number,
  { cautions: { joiners, later }, directions }: Pick<LanguageKnowledge, 'cautions' | 'directions'>,
): boolean {
  const [word = '', next = ''] = words.slice(at);
  const joins = joiners.has(word);
  if (!joins && !later.has(word)) return false;
  return directions.ways.has(next) || (joins && (joiners.has(next) || later.has(next)));
}

function saidTarget(
  target: RuleTarget,
  captures: readonly Capture[],
  quote: (capture: Capture) => string,
): SaidTarget {
  let said: SaidTarget = target;
  for (const capture of captures) {
    const { meaning } = capture;
    if (meaning?.kind === 'entities') said = { ...said, entities: meaning.entities, words: quote(capture) };
    else if (meaning?.kind === 'area') said = { words: quote(capture), ...said, area: meaning.area };
    else if (meaning?.kind === 'floor') said = { words: quote(capture), ...said, floor: meaning.floor };
  }
  return said;
}

/** An order that names nothing, with the word that tells that it is about one thing. */
function withSingle(
  saying: Saying,
  captures: readonly Capture[],
  { spoken, singleThings, utterance }: SentenceContext,
): Saying {
  const { target, kind } = saying;
  if (!singleThings || !target || target.entities || kind === 'query' || target.scope === 'all')
    return saying;
  const { totals } = knowledgeOf(utterance.language).cautions;
  const spared = (word: number): boolean => isCaptured(spoken.endOf(word), captures);
  const single = singleThingIn(spoken, { things: singleThings, totals, spared });
  return single === undefined ? saying : { ...saying, target: { ...target, single } };
}

/** Words of the sentence count in full, list values nearly, what a wildcard took less, and fillers not at all. */
function confidenceOf({ literal, listed, wild }: Reading['weight']): number {
  const all = literal + listed + wild;
  if (all === 0) return 0;
  const confidence = (literal + 0.98 * listed + 0.75 * wild) / all;
  return Math.round(confidence * 100) / 100;
}
