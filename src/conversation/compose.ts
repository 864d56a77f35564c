import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { type TimeTrouble, takeTimesOut, type WhenSaid } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { foldedWords } from '../language/words.ts';
import { type Span, waysApart } from './clauses.ts';
import { isOrderWord } from './order-words.ts';
import { type Clause, type Composed, clauseText, contradict, putTogether } from './put-together.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { continuations, type SaidWord, textOf, transplants, withThingsNamed } from './transplant.ts';
import type { Understand, Understood } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words: nobody orders at such length, and what is long shall not take long. */
const LONGEST = 40;
/** Readings of one utterance; beyond them it is not understood. */
const MOST_READINGS = 600;
const DIGIT = /^-?\d/;
/** Words that a part may add to what takes any: "papier toaletowy". */
const MOST_QUOTED = 2;
const PLACES: ReadonlySet<string> = new Set(['area', 'floor', 'entity_id']);

/**
 * Understands several orders in one breath, and orders with a time: each part by itself, or by what it leaves out and the
 * part beside it has. All of it is understood, or nothing.
 *
 * @returns undefined where it is nothing of the kind
 */
export function compose(
  utterance: Utterance,
  { understand, now, zone }: { understand: Understand; now: number; zone: string },
): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  const words = saidWords(utterance.text);
  if (words.length < 2 || words.length > LONGEST || !mayBeOrders(utterance.text, words, knowledge))
    return undefined;
  const reader = createReader(utterance, { understand, knowledge });
  const ways = waysApart(words, knowledge);
  const finest = ways.at(-1) ?? [];
  // Slips take long to mend. They are looked for only beside something that was understood, or with a time.
  for (const mends of [false, true]) {
    for (const spans of ways) {
      const composed = composedOf(spans, mends);
      if (composed) return composed;
      if (reader.isUsedUp()) return undefined;
    }
    const parts = finest.map(({ from, to }) => reader.part(words.slice(from, to), false));
    if (!parts.some(({ understood, hasTime }) => understood || hasTime)) return undefined;
  }
  return complaintAbout(finest, { words, reader, knowledge });

  function composedOf(spans: readonly Span[], mends: boolean): Composed | undefined {
    const parts = spans.map(({ from, to, join }) => ({ ...reader.part(words.slice(from, to), mends), join }));
    if (spans.length === 1 && !parts[0]?.hasTime) return undefined;
    const clauses = reader.clausesOf(parts, mends);
    if (clauses === 'scope') return { kind: 'complaint', text: knowledge.phrases.timeTrouble.scope };
    return clauses && putTogether(clauses, { now, zone, phrases: knowledge.phrases });
  }
}

/** Nothing is negated, asked, left open or made to depend on something. */
function mayBeOrders(text: string, words: readonly SaidWord[], knowledge: LanguageKnowledge): boolean {
  const { isNoOrder, asks, fillers } = knowledge;
  const folded = foldedOf(words);
  const says = (word: string): boolean =>
    isOrderWord(word, knowledge) || knowledge.numberWords.has(word) || DIGIT.test(word);
  if (isNoOrder(text) || !folded.some(says)) return false;
  // "Co poniedziałek" asks nothing, and "until" makes nothing depend on an hour.
  const untimed = takeTimesOut(folded, knowledge.readTime)?.rest.map((at) => folded[at] ?? '') ?? folded;
  const said = withoutFillers(untimed, fillers);
  return !asks(said) && !isBounded(said, knowledge);
}

/** "nie", "albo", "jeśli": what is ordered is not all that was said. @param words folded, without fillers */
export function isBounded(
  words: readonly string[],
  { linking, cautions, clock }: LanguageKnowledge,
): boolean {
  return words.some(
    (word, at) =>
      cautions.negations.has(word) ||
      linking.alternatives.has(word) ||
      (clock.conditions.has(word) && phraseAt(words, at - 1, linking.joins) < 2),
  );
}

/** Which part was understood and which was not, where there are both. */
function complaintAbout(
  spans: readonly Span[],
  {
    words,
    reader,
    knowledge,
  }: { words: readonly PartedWord[]; reader: Reader; knowledge: LanguageKnowledge },
): Composed | undefined {
  const parts = spans.map(({ from, to }) => reader.part(words.slice(from, to), true));
  const isDone = ({ understood }: Part): boolean =>
    understood?.meaning.status === 'recognized' && understood.meaning.kind === 'action';
  const done = parts.filter(isDone);
  const [not] = parts.filter((part) => !isDone(part));
  if (done.length === 0 || !not) return undefined;
  if (not.understood?.meaning.status === 'recognized') {
    return { kind: 'complaint', text: knowledge.phrases.orderAndQuestion };
  }
  const text = knowledge.phrases.partly(
    done.map((part) => clauseText(part)),
    clauseText(not),
  );
  return { kind: 'complaint', text };
}

/** A part of what was said, before what it leaves out is known. */
interface Part {
  /** Without what links it and without its time. */
  readonly words: readonly SaidWord[];
  /** What it means by itself. */
  readonly understood?: Understood;
  readonly when: WhenSaid | TimeTrouble;
  readonly hasTime: boolean;
  /** Whether its time stands first, or last. */
  readonly leads: boolean;
  readonly trails: boolean;
}

export interface Reader {
  /** @param mends also with its slips mended, where it is not understood as it was heard */
  part(words: readonly PartedWord[], mends: boolean): Part;
  /**
   * @param mends as in `part`
   * @returns 'scope' where nobody can tell which of them a time is said of
   */
  clausesOf(
    parts: readonly (Part & { readonly join: string })[],
    mends: boolean,
  ): readonly Clause[] | 'scope' | undefined;
  /** The first sentence among several that is understood as what it stands for says. */
  firstOf(
    sentences: Iterable<readonly SaidWord[]>,
    like?: (understood: Understood) => boolean,
  ): { readonly words: readonly SaidWord[]; readonly understood: Understood } | undefined;
  /** What a part stands for beside a whole sentence. */
  beside(
    words: readonly SaidWord[],
    before: Pick<Clause, 'words' | 'understood'>,
  ): { readonly words: readonly SaidWord[]; readonly understood: Understood } | undefined;
  isUsedUp(): boolean;
}

export function createReader(
  utterance: Utterance,
  { understand, knowledge }: { understand: Understand; knowledge: LanguageKnowledge },
): Reader {
  const known = new Map<string, Understood | undefined>();
  let read = 0;

  function meaningOf(words: readonly SaidWord[], asHeard: boolean): Understood | undefined {
    const text = textOf(words);
    const key = `${asHeard}${text}`;
    if (!known.has(key)) {
      read += 1;
      known.set(
        key,
        read > MOST_READINGS || text === '' ? undefined : understand({ ...utterance, text }, { asHeard }),
      );
    }
    return known.get(key);
  }

  function part(said: readonly PartedWord[], mends: boolean): Part {
    const core = withoutLinks(said, knowledge);
    const whole = meaningOf(core, !mends);
    const plain = { words: core, when: {}, hasTime: false, leads: false, trails: false };
    if (whole?.meaning.status === 'recognized') return { ...plain, understood: whole };
    const times = takeTimesOut(foldedOf(core), knowledge.readTime);
    if (!times) return { ...plain, ...(whole && { understood: whole }) };
    const words = withoutLinks(
      times.rest.flatMap((at) => core[at] ?? []),
      knowledge,
    );
    const isOnlyTime = withoutFillers(foldedOf(words), knowledge.fillers).length === 0;
    const understood = isOnlyTime ? undefined : meaningOf(words, !mends);
    const { when, leads, trails } = times;
    return {
      words: isOnlyTime ? [] : words,
      when,
      hasTime: true,
      leads,
      trails,
      ...(understood && { understood }),
    };
  }

  function firstOf(
    sentences: Iterable<readonly SaidWord[]>,
    like: (understood: Understood) => boolean = () => true,
    mends = false,
  ) {
    for (const words of sentences) {
      const understood = meaningOf(words, !mends);
      if (understood?.meaning.status === 'recognized' && like(understood)) return { words, understood };
    }
    return undefined;
  }

  function beside(words: readonly SaidWord[], before: Pick<Clause, 'words' | 'understood'>) {
    const isLike = likeBefore(words, before, knowledge);
    return firstOf(
      transplants(words, before.words, knowledge),
      (found) => isLike(found) && (!quotes(found, words) || mayBeQuoted(words)),
    );
  }

  /** What takes any words takes an order, too, and one with a slip in it. */
  function mayBeQuoted(words: readonly SaidWord[]): boolean {
    const said = foldedOf(words);
    return said.length <= MOST_QUOTED && !knowledge.tells(said) && !meaningOf(words, false);
  }

  function clausesOf(
    parts: readonly (Part & { readonly join: string })[],
    mends: boolean,
  ): readonly Clause[] | 'scope' | undefined {
    const joined = withLoneTimes(parts);
    const clauses: Clause[] = [];
    const isWhole: boolean[] = [];
    for (const [index, { words, understood, when }] of joined.entries()) {
      isWhole.push(understood !== undefined);
      const before = clauses.at(-1);
      const next = joined[index + 1];
      const itself = understood && { words, understood };
      const orders = words.some(({ folded }) => isOrderWord(folded, knowledge));
      const elliptic = (): Pick<Clause, 'words' | 'understood'> | undefined =>
        (before && beside(words, before)) ?? (next && firstOf(continuations(words, next.words)));
      const named = before && firstOf(withThingsNamed(words, before.words, knowledge), undefined, mends);
      // What points at what was named is about nothing else, and "światło, proszę" turns it on by itself, but not
      // behind "wyłącz telewizor i".
      const found = orders
        ? (named ?? (before && pointsAt(words, knowledge) ? undefined : itself) ?? elliptic())
        : (elliptic() ?? (!before || saysWhat(understood) ? itself : undefined));
      if (!found) return undefined;
      clauses.push({ ...found, when });
    }
    return spread(clauses, { parts: joined, isWhole, knowledge });
  }

  return { part, clausesOf, firstOf, beside, isUsedUp: () => read > MOST_READINGS };
}

function pointsAt(words: readonly SaidWord[], { linking }: LanguageKnowledge): boolean {
  return words.some(({ folded }) => linking.pronouns.has(folded));
}

/** Not only that something shall be on, which is what a thing alone is taken for. */
function saysWhat(understood: Understood | undefined): boolean {
  const isValue = (slot: string): boolean => !PLACES.has(slot);
  return (
    understood !== undefined &&
    actionsOf(understood).every(
      ({ intent, entities }) => !intent.endsWith('.turn_on') || Object.keys(entities).some(isValue),
    )
  );
}

/** What says only when belongs to the part behind it, or before it at the end. */
function withLoneTimes<Timed extends Part>(parts: readonly Timed[]): readonly Timed[] {
  const isLone = ({ words, hasTime }: Part): boolean => hasTime && words.length === 0;
  const left = parts.filter((part) => !isLone(part));
  if (left.length === parts.length) return parts;
  return left.map((part) => {
    const at = parts.indexOf(part);
    const [before, behind] = [parts[at - 1], parts[at + 1]];
    if (part.hasTime) return part;
    if (before && isLone(before)) return { ...part, when: before.when, hasTime: true, leads: true };
    const isLast = at === parts.length - 2 && behind && isLone(behind);
    return isLast ? { ...part, when: behind.when, hasTime: true, trails: true } : part;
  });
}

/** Whether words were taken as they are, by what takes any. */
function quotes(found: Understood, words: readonly SaidWord[]): boolean {
  const said = foldedOf(words).join(' ');
  return actionsOf(found).some(({ entities }) =>
    Object.entries(entities).some(
      ([slot, value]) =>
        !PLACES.has(slot) && typeof value === 'string' && said.includes(foldedWords(value).join(' ')),
    ),
  );
}

/** What does not say what to do does the same as what it leans on. */
function likeBefore(
  part: readonly SaidWord[],
  { understood }: Pick<Clause, 'understood'>,
  knowledge: LanguageKnowledge,
): (found: Understood) => boolean {
  if (part.some(({ folded }) => isOrderWord(folded, knowledge))) return () => true;
  const [before] = actionsOf(understood);
  return (found) => {
    const [action] = actionsOf(found);
    if (!before || !action) return false;
    const [domain, name] = action.intent.split('.');
    return (
      name === before.intent.split('.')[1] ||
      (before.intent.startsWith(`${domain}.`) && /^set_/.test(name ?? ''))
    );
  };
}

export function actionsOf({ meaning }: Understood): readonly Action[] {
  if (meaning.status !== 'recognized') return [];
  return meaning.kind === 'action' ? meaning.actions : [meaning.query];
}

function isOnlyLasting(when: Clause['when']): boolean {
  return typeof when !== 'string' && Object.keys(when).every((key) => key === 'lasts' || key === 'until');
}

/** A time that is said once and meant of several. */
function spread(
  clauses: readonly Clause[],
  {
    parts,
    isWhole,
    knowledge,
  }: {
    parts: readonly (Part & { readonly join: string })[];
    isWhole: readonly boolean[];
    knowledge: LanguageKnowledge;
  },
): readonly Clause[] | 'scope' {
  const { together } = knowledge.linking;
  const isTogether = (index: number): boolean => {
    const join = parts[index]?.join ?? '';
    return join === '' || together.has(join);
  };
  const timed = clauses.map((clause) => ({ ...clause }));
  let carried: Clause['when'] | undefined;
  for (const [index, part] of parts.entries()) {
    const clause = timed[index];
    if (!clause) continue;
    if (part.hasTime) {
      const isNow = typeof part.when !== 'string' && part.when.isNow === true;
      // For how long the one is done says nothing of the next.
      carried = isNow || isOnlyLasting(part.when) ? undefined : part.when;
      continue;
    }
    if (carried === undefined) continue;
    const before = parts.slice(0, index).findLast(({ hasTime }) => hasTime);
    if (isTogether(index) && (before?.leads || !isWhole[index])) timed[index] = { ...clause, when: carried };
    else return 'scope';
  }
  const last = parts.at(-1);
  const isLastOnly =
    parts.filter(({ hasTime }) => hasTime).length === 1 && last?.trails === true && !last.leads;
  if (!isLastOnly || parts.some((_, index) => index > 0 && !isTogether(index))) return timed;
  const all = timed.map((clause) => ({ ...clause, when: last.when }));
  // "Turn it on and turn it off in ten minutes" is no order to do both then.
  return contradict(all.flatMap(({ understood }) => actionsOf(understood))) ? timed : all;
}
