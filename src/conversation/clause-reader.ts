import type { Utterance } from '../intent/utterance.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { isOtherThing, isSameKind, likeBefore, pointsAt, saysWhat, staysThere } from './likeness.ts';
import { withLoneTimes } from './lone-times.ts';
import { isNearOrder, isOrderWord } from './order-words.ts';
import type { Clause } from './put-together.ts';
import { holds, isSameQuote, quotedIn } from './quoted.ts';
import { foldedOf, type PartedWord } from './said-words.ts';
import { createSharedPlace, saysHere } from './shared-place.ts';
import { spreadTimes } from './spread-times.ts';
import { isOnlyNow, type TimedPart } from './timed-part.ts';
import { isToldOfElse } from './told-of-else.ts';
import { continuations, type SaidWord, textOf, transplants, withThingsNamed } from './transplant.ts';
import type { Understand, Understood } from './understand.ts';
import { withNouns } from './with-nouns.ts';
import { withoutLinks } from './without-links.ts';

/** Readings of one utterance; beyond them it is not understood. */
const MOST_READINGS = 600;
/** Words that a part may add to what takes any: "papier toaletowy". */
const MOST_QUOTED = 2;
const DIGIT = /^-?\d/;

/** A part of what was said, before what it leaves out is known. */
export interface Part extends TimedPart {
  /** Without what links it and without its time. */
  readonly words: readonly SaidWord[];
  /** What it means by itself. */
  readonly understood?: Understood;
  /** It was said to be here. */
  readonly isHere: boolean;
}

export interface Reader {
  /**
   * @param mends also with its slips mended, where it is not understood as it was heard
   * @param follows another part stands before it
   */
  part(words: readonly PartedWord[], mends: boolean, follows?: boolean): Part;
  /**
   * @param mends as in `part`
   * @returns 'scope' where nobody can tell which of them a time is said of, 'contradictory' where there is one too many
   */
  clausesOf(
    parts: readonly (Part & { readonly join: string })[],
    mends: boolean,
  ): readonly Clause[] | 'scope' | 'contradictory' | undefined;
  /** The first sentence among several that is understood as what it stands for says. */
  firstOf(
    sentences: Iterable<readonly SaidWord[]>,
    like?: (understood: Understood, words: readonly SaidWord[]) => boolean,
  ): { readonly words: readonly SaidWord[]; readonly understood: Understood } | undefined;
  /** @param isAnywhere as if nobody knew in which room it is said */
  read(words: readonly SaidWord[], isAnywhere?: boolean): Understood | undefined;
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
  const { room: _, ...anywhere } = utterance;
  const places = createSharedPlace(utterance, {
    knowledge,
    understandAnywhere: (words) => meaningOf(words, true, anywhere),
    firstOf,
  });

  function meaningOf(
    words: readonly SaidWord[],
    asHeard: boolean,
    spoken: Utterance = utterance,
  ): Understood | undefined {
    const text = textOf(words);
    const key = `${asHeard}${spoken.room ?? ''} ${text}`;
    if (!known.has(key)) {
      read += 1;
      known.set(
        key,
        read > MOST_READINGS || text === '' ? undefined : understand({ ...spoken, text }, { asHeard }),
      );
    }
    return known.get(key);
  }

  function part(said: readonly PartedWord[], mends: boolean, follows = false): Part {
    const core = withoutLinks(said, knowledge);
    const whole = meaningOf(core, !mends);
    const isHere = saysHere(foldedOf(said), knowledge);
    const plain = {
      words: core,
      when: {},
      isHere,
      hasTime: false,
      leads: false,
      trails: false,
      ...nowIn(said),
    };
    const times = takeTimesOut(foldedOf(core), knowledge.readTime);
    const isHour = follows && saysBareHour(times?.when, core, knowledge);
    if (whole?.meaning.status === 'recognized' && !isHour) return { ...plain, understood: whole };
    if (!times || isToldOfElse(core, times.rest, knowledge)) {
      return { ...plain, ...(whole && { understood: whole }) };
    }
    const words = withoutLinks(
      times.rest.flatMap((at) => core[at] ?? []),
      knowledge,
    );
    const isOnlyTime = withoutFillers(foldedOf(words), knowledge.fillers).length === 0;
    const understood = isOnlyTime ? undefined : meaningOf(words, !mends);
    const { when, leads, trails, trailsWithDay } = times;
    return {
      words: isOnlyTime ? [] : words,
      when,
      isHere,
      hasTime: true,
      leads,
      trails,
      trailsWithDay,
      ...(understood && { understood }),
    };
  }

  /** "Now" is a filler to a sentence alone, and beside others it is a time as any. */
  function nowIn(said: readonly PartedWord[]): Partial<TimedPart> {
    const times = takeTimesOut(foldedOf(said), knowledge.readTime);
    if (!times || !isOnlyNow(times.when)) return {};
    const { when, leads, trails } = times;
    return { when, hasTime: true, leads, trails };
  }

  function firstOf(
    sentences: Iterable<readonly SaidWord[]>,
    like: (understood: Understood, words: readonly SaidWord[]) => boolean = () => true,
    mends = false,
  ) {
    for (const words of sentences) {
      const understood = meaningOf(words, !mends);
      if (understood?.meaning.status === 'recognized' && like(understood, words))
        return { words, understood };
    }
    return undefined;
  }

  function beside(
    words: readonly SaidWord[],
    before: Pick<Clause, 'words' | 'understood'>,
    mayBe: (found: Understood, sentence: readonly SaidWord[]) => boolean = () => true,
  ) {
    const isLike = likeBefore(words, before, knowledge);
    const isOneMore = (found: Understood, sentence: readonly SaidWord[]): boolean =>
      isLike(found) &&
      mayBe(found, sentence) &&
      ((isOrdered && isSameKind(found, before)) || (isOtherThing(found, before) && isTold(found, sentence)));
    const isOrdered = words.some(({ folded }) => isOrderWord(folded, knowledge));
    // What would be the same without the words told by nothing that they say.
    const isTold = (found: Understood, sentence: readonly SaidWord[]): boolean => {
      const without = meaningOf(
        sentence.filter((word) => !words.includes(word)),
        true,
      );
      return !without || isOtherThing(found, { understood: without });
    };
    const told = firstOf(
      transplants(words, before.words, knowledge),
      (found, sentence) =>
        isLike(found) &&
        mayBe(found, sentence) &&
        (!pointsAt(words, knowledge) || staysThere(found, words, { before, knowledge })) &&
        quotedIn(found, sentence).every(({ slot, quote }, _, quoted) =>
          holds(words, quote)
            ? mayBeQuoted(words, quote)
            : // Half of what was said before and half of this is what nobody said; and no item is the name of a timer.
              !quoted.some((other) => other.slot === slot && holds(words, other.quote)) &&
              quotedIn(before.understood, before.words).some(
                (said) => said.slot === slot && isSameQuote(said.quote, quote),
              ),
        ),
    );
    return told ?? firstOf(withNouns(words, before, knowledge), isOneMore);
  }

  /** What takes any words takes an order, too, and one with a slip in it, and how much or how long. */
  function mayBeQuoted(words: readonly SaidWord[], quote: readonly string[]): boolean {
    const said = foldedOf(words);
    const isOther = (word: string): boolean =>
      isOrderWord(word, knowledge) ||
      isNearOrder(word, knowledge) ||
      knowledge.numberWords.has(word) ||
      DIGIT.test(word);
    // "A tea timer for four" names a timer, and says what it names.
    const isNamed = said.some((word) => Object.values(knowledge.linking.nouns).flat().includes(word));
    return (
      (isNamed ? quote : said).length <= MOST_QUOTED &&
      !quote.some(isOther) &&
      !knowledge.tells(said) &&
      !meaningOf(words, false) &&
      !endsWithThing(words)
    );
  }

  /** "Zga kinkiet": what can be turned on was meant to be, or off, and is not what somebody writes down. */
  function endsWithThing(words: readonly SaidWord[]): boolean {
    const [order] = [...knowledge.directions.ways].find(([, way]) => way === 'on') ?? [];
    if (order === undefined) return false;
    return words.some((_, at) => {
      const things = words.slice(at);
      return at > 0 && meaningOf([{ written: order, folded: order }, ...things], true) !== undefined;
    });
  }

  function clausesOf(
    parts: readonly (Part & { readonly join: string })[],
    mends: boolean,
  ): readonly Clause[] | 'scope' | 'contradictory' | undefined {
    const { parts: joined, isLost } = withLoneTimes(parts);
    const clauses: Clause[] = [];
    const isWhole: boolean[] = [];
    const [first] = joined;
    for (const [index, part] of joined.entries()) {
      const { words, understood, when, isHere } = part;
      isWhole.push(understood !== undefined);
      const before = clauses.at(-1);
      const next = joined[index + 1];
      const itself =
        index === 0 || !first ? understood && { words, understood } : places.ahead(first, clauses[0], part);
      const orders = words.some(({ folded }) => isOrderWord(folded, knowledge));
      const mayBeHere = (found: Understood, sentence: readonly SaidWord[]): boolean =>
        !isHere || !places.saysItsPlace(sentence, found);
      const elliptic = (): Pick<Clause, 'words' | 'understood'> | undefined =>
        (before && beside(words, before, mayBeHere)) ?? (next && firstOf(continuations(words, next.words)));
      const stays = (found: Understood): boolean =>
        before !== undefined && staysThere(found, words, { before, knowledge });
      const named = before && firstOf(withThingsNamed(words, before.words, knowledge), stays, mends);
      // What points at what was named is about nothing else, and "światło, proszę" turns it on by itself, but not
      // behind "wyłącz telewizor i".
      const found = orders
        ? (named ?? (before && pointsAt(words, knowledge) ? undefined : itself) ?? elliptic())
        : (elliptic() ?? (!before || saysWhat(understood) ? itself : undefined));
      if (!found) return undefined;
      clauses.push({ ...found, when });
    }
    if (isLost) return 'contradictory';
    const there = places.behind(clauses, joined);
    const placed = clauses.map((clause, index) => ({ ...clause, ...there[index] }));
    return spreadTimes(placed, { parts: joined, isWhole, knowledge });
  }

  return {
    part,
    clausesOf,
    firstOf,
    beside,
    read: (words, isAnywhere = false) => meaningOf(words, true, isAnywhere ? anywhere : utterance),
    isUsedUp: () => read > MOST_READINGS,
  };
}

/** "… and the tv at ten": behind an order such a number is the hour of a clock, though by itself it may be an amount. */
function saysBareHour(
  when: TimedPart['when'] | undefined,
  words: readonly SaidWord[],
  knowledge: LanguageKnowledge,
): boolean {
  if (when === undefined || typeof when === 'string' || !when.clock?.isBare) return false;
  return when.clock.hour <= 12 && !words.some(({ folded }) => isOrderWord(folded, knowledge));
}
