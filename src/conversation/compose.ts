import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf, type LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { besideRemark } from './beside-remark.ts';
import { createReader, type Part, type Reader } from './clause-reader.ts';
import { type Span, waysApart } from './clauses.ts';
import { correctsItself } from './corrects-itself.ts';
import { isOrderWord } from './order-words.ts';
import { permitted } from './permitted.ts';
import { type Composed, clauseText, putTogether } from './put-together.ts';
import { foldedOf, type PartedWord, saidWords } from './said-words.ts';
import { isOnlyNow } from './timed-part.ts';
import type { SaidWord } from './transplant.ts';
import { actionsOf, type Understand } from './understand.ts';

/** Words: nobody orders at such length, and what is long shall not take long. */
const LONGEST = 40;
const DIGIT = /^-?\d/;

interface Circumstances {
  readonly understand: Understand;
  readonly now: number;
  readonly zone: string;
}

/**
 * Understands several orders in one breath, and orders with a time: each part by itself, or by what it leaves out and the
 * part beside it has. All of it is understood, or nothing, but for what is only told beside an order.
 *
 * @returns undefined where it is nothing of the kind
 */
export function compose(utterance: Utterance, circumstances: Circumstances): Composed | undefined {
  const composed = orders(utterance, circumstances);
  if (composed?.kind === 'understood' || saidWords(utterance.text).length > LONGEST) return composed;
  const { understand } = circumstances;
  return (
    besideRemark(utterance, {
      understand,
      compose: (rest) => compose(rest, circumstances) ?? permitted(rest, { understand, isReasoned: true }),
    }) ??
    permitted(utterance, { understand, isReasoned: false }) ??
    composed
  );
}

function orders(utterance: Utterance, { understand, now, zone }: Circumstances): Composed | undefined {
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
    if (!mends) {
      // What says nothing of what to do needs a sign to be told from the order before it.
      const isOrder = ({ from, to }: Span): boolean => ordersSomething(words.slice(from, to), knowledge);
      const unsigned = waysApart(words, knowledge, 'orders').filter(
        (spans) => spans.length > 1 && spans.every(isOrder),
      );
      for (const spans of unsigned) {
        const composed = composedOf(spans, false);
        if (composed?.kind === 'understood') return composed;
        if (reader.isUsedUp()) return undefined;
      }
    }
    if (!mends) {
      const ofRooms = composedInRooms();
      if (ofRooms) return ofRooms;
    }
    const parts = finest.map(({ from, to }) => reader.part(words.slice(from, to), false));
    if (!parts.some(({ understood, hasTime }) => understood || hasTime)) return undefined;
  }
  return complaintAbout(finest, { words, reader, knowledge });

  /** "W kuchni łazience i korytarzu". */
  function composedInRooms(): Composed | undefined {
    for (const spans of waysApart(words, knowledge, 'rooms')) {
      const composed = spans.length > 2 ? composedOf(spans, false) : undefined;
      const actions = composed?.kind === 'understood' ? actionsOf(composed.understood) : [];
      const rooms = new Set(actions.flatMap(({ entities: { area } }) => area ?? []));
      if (composed && rooms.size === spans.length && actions.length === spans.length) return composed;
      if (reader.isUsedUp()) return undefined;
    }
    return undefined;
  }

  function composedOf(spans: readonly Span[], mends: boolean): Composed | undefined {
    const parts = spans.map(({ from, to, join }, index) => ({
      ...reader.part(words.slice(from, to), mends, index > 0),
      join,
    }));
    const [only] = parts;
    if (spans.length === 1 && (!only?.hasTime || isOnlyNow(only.when))) return undefined;
    const clauses = reader.clausesOf(parts, mends);
    if (typeof clauses === 'string') {
      return { kind: 'complaint', text: knowledge.phrases.timeTrouble[clauses] };
    }
    return clauses && putTogether(clauses, { now, zone, phrases: knowledge.phrases });
  }
}

/** "Mute" alone may as well be the end of "put the tv on mute". */
function ordersSomething(words: readonly SaidWord[], knowledge: LanguageKnowledge): boolean {
  const said = foldedOf(words);
  const isOrder = (word: string): boolean => isOrderWord(word, knowledge);
  return said.some(isOrder) && !withoutFillers(said, knowledge.fillers).every(isOrder);
}

/** Nothing is negated, asked, corrected, left open or made to depend on something. */
export function mayBeOrders(text: string, words: readonly SaidWord[], knowledge: LanguageKnowledge): boolean {
  const { isNoOrder, asks, fillers } = knowledge;
  const folded = foldedOf(words);
  const isSeveral = (at: number): boolean =>
    folded.slice(0, at).some((word) => knowledge.linking.together.has(word));
  const says = (word: string, at: number): boolean =>
    isOrderWord(word, knowledge) ||
    knowledge.numberWords.has(word) ||
    DIGIT.test(word) ||
    // "Kinkiet i lampa na połowę".
    (knowledge.leanings?.measures.has(word) === true && isSeveral(at));
  if (isNoOrder(text) || !folded.some(says) || correctsItself(folded, knowledge)) return false;
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
