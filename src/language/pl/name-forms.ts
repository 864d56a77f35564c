import { adjectiveLexeme } from './adjectives.ts';
import { withLostMarks } from './alternations.ts';
import { type Agreement, CASES, type Declension, type Lexeme } from './declension.ts';
import { possessive } from './irregular-words.ts';
import { nounLexemes } from './nouns.ts';

/** Names are short; whoever writes a story gets the first forms of it. */
const MAX_FORMS = 300;
const MAX_WORDS = 8;

/** What follows one of these is said as it stands: `ekspres do kawy`, `lampa przy oknie`. */
const PREPOSITIONS: ReadonlySet<string> = new Set(
  'w we na nad nade pod pode przy obok koło do dla od ode z ze za przed przede u o po bez między poza wokół nr numer'.split(
    ' ',
  ),
);
/** "Nad blatem" of "lampka nad blatem"; not "w kuchni" and "na tarasie", which are places. */
const LAMP_THERE =
  /^(?:lamp[akys]|lampk[ai]|światł[oa]|światełk[oa]|oświetlenie|kinkiet|żarówka) (?:nad|pod|przy|obok|koło|za) /u;
/** What stands on both sides of one of these is declined alike: `kuchnia i jadalnia`, `salon-jadalnia`. */
const JOINERS: ReadonlySet<string> = new Set(['i', 'oraz', '-', '–', '/', '+', '&']);

const MARKS = /[ąćęłńóśźż]/i;
/** Foreign spellings end in no Polish way when they end in a vowel. */
const FOREIGN = /[qvx]|th|oo|ee|ou|ea|ue$|[aeiouy]y$/;
/** Surely no noun when it follows one. */
const ONLY_ADJECTIVE = /(?:ow|[^aeiouyąęón]n|enn|ąc|ęc)[yae]$/;
const ADJECTIVE = /(?:[nwłtg]|[sc]k|dzk|c|cz|st|[ao]r)(?:[yae]|i|ie)$/;

/** A word of a name and how it may be read. */
interface NameWord {
  readonly text: string;
  readonly nouns: readonly Lexeme[];
  readonly adjective: Lexeme | undefined;
  /** `LED`, `2`: said alike in every case. */
  readonly isFixed: boolean;
}

/** Variants of a phrase by case, in the order of `CASES`. */
type PhraseForms = readonly (readonly string[])[];

/**
 * The forms that a Polish name takes in a sentence, from its dictionary form: `Klatka schodowa` gives `klatki
 * schodowej`, `klatkę schodową`, `klatki schodowe` and the rest. The noun and the adjectives that agree with it are
 * declined together, in either order; a genitive or a phrase after them stays (`klapy bagażnika`, `lampę przy oknie`).
 *
 * @param name as written
 * @returns in small letters, the name itself first; bounded
 */
export function polishNameForms(name: string): readonly string[] {
  return formsOf(name).forms;
}

/**
 * What several things of a name are called: `żaluzje` of `Żaluzja`; the same as its nominative plural.
 *
 * @returns in small letters, the name itself not among them; bounded
 */
export function polishPluralForms(name: string): readonly string[] {
  return formsOf(name).plurals;
}

interface NameForms {
  readonly name: string;
  readonly forms: readonly string[];
  readonly plurals: readonly string[];
}

/** Whoever asks for the one asks for the other next, and a home has thousands. */
let latest: NameForms | undefined;

function formsOf(name: string): NameForms {
  if (latest?.name !== name) latest = makeForms(name);
  return latest;
}

function makeForms(name: string): NameForms {
  const written = name
    .normalize('NFC')
    .replace(/([/+&–])|(?<=\p{L})-(?=\p{L})/gu, ' $& ')
    .split(/\s+/)
    .filter(Boolean);
  const lower = written.map((word) => word.toLowerCase());
  const forms = new Set([lower.join(' ')]);
  if (lower.length > MAX_WORDS) return { name, forms: [...forms], plurals: [] };
  const prepositionAt = lower.findIndex((word, at) => at > 0 && PREPOSITIONS.has(word));
  const end = prepositionAt < 0 ? lower.length : prepositionAt;
  const rest = lower.slice(end).join(' ');
  let nominatives = 0;
  for (const variants of joinedForms(written.slice(0, end))) {
    for (const form of variants) {
      if (forms.size < MAX_FORMS) forms.add(rest ? `${form} ${rest}` : form);
    }
    nominatives ||= forms.size;
  }
  if (LAMP_THERE.test(lower.join(' ')) && end === 1) forms.add(rest);
  const all = [...forms];
  return { name, forms: all, plurals: all.slice(1, nominatives) };
}

/** Parts that a joiner joins stand in the same case, and in the number they are in. */
function joinedForms(words: readonly string[]): PhraseForms {
  const at = words.findLastIndex((word) => JOINERS.has(word.toLowerCase()));
  if (at <= 0) return phraseForms(nameWords(words));
  const last = phraseForms(nameWords(words.slice(at + 1)).map(asNumbered));
  const asIs = words
    .slice(at + 1)
    .join(' ')
    .toLowerCase();
  const joiner = words[at]?.toLowerCase() ?? '';
  return joinedForms(words.slice(0, at)).map((starts, index) =>
    starts.flatMap((start) =>
      [...new Set([...(last[index] ?? []), asIs])].map((form) => `${start} ${joiner} ${form}`),
    ),
  );
}

function nameWords(words: readonly string[]): readonly NameWord[] {
  const isUnmarked = !words.some((word) => MARKS.test(word));
  return words.map((written, at) => nameWord({ written, at, isUnmarked }));
}

/** Without the plural of what is singular. */
function asNumbered(word: NameWord): NameWord {
  return { ...word, nouns: word.nouns.map(([asItStands]) => [asItStands]) };
}

interface WrittenWord {
  readonly written: string;
  readonly at: number;
  /** Whoever wrote the name has no Polish keys. */
  readonly isUnmarked: boolean;
}

function nameWord({ written, at, isUnmarked }: WrittenWord): NameWord {
  const text = written.toLowerCase();
  const isAcronym = text.length > 1 && written === written.toUpperCase();
  const isForeign = FOREIGN.test(text) && /[aeiouy]$/.test(text);
  const isFixed = isAcronym || isForeign || !/^\p{Script=Latin}{3,}$/u.test(text);
  const isNoNoun = isFixed || possessive(text) !== undefined || (at > 0 && ONLY_ADJECTIVE.test(text));
  return {
    text,
    isFixed,
    nouns: isNoNoun ? [] : [text, ...(isUnmarked ? withLostMarks(text) : [])].flatMap(nounLexemes),
    adjective: isFixed ? undefined : adjectiveLexeme(text),
  };
}

/** The first words declined together, as many as may agree; the others as they stand. */
function phraseForms(words: readonly NameWord[]): PhraseForms {
  const byCase = CASES.map(() => new Set<string>());
  for (let length = words.length; length > 0; length -= 1) {
    const rest = words.slice(length).map(({ text }) => text);
    for (const group of agreeingGroups(words.slice(0, length), { isWhole: rest.length === 0 })) {
      for (const [index, variants] of groupForms(group).entries()) {
        for (const form of variants) byCase[index]?.add([form, ...rest].join(' '));
      }
    }
  }
  return byCase.map((forms) => [...forms]);
}

/** Words that stand in one case, gender and number. */
type Group = readonly (readonly Declension[] | string)[];

/** All ways to read words as one noun with what agrees with it, or as adjectives alone where nothing follows. */
function agreeingGroups(words: readonly NameWord[], { isWhole }: { isWhole: boolean }): readonly Group[] {
  const groups: Group[] = [];
  for (const [headAt, head] of words.entries()) {
    for (const lexeme of head.nouns) groups.push(...groupsAround({ words, headAt, lexeme }));
  }
  const [first] = words;
  if (isWhole && first?.adjective)
    groups.push(...groupsAround({ words, headAt: 0, lexeme: first.adjective }));
  return groups;
}

function groupsAround({
  words,
  headAt,
  lexeme,
}: {
  words: readonly NameWord[];
  headAt: number;
  lexeme: Lexeme;
}): readonly Group[] {
  const [asItStands] = lexeme;
  return lexeme.flatMap((head) => {
    const group = words.map((word, at) => {
      if (at === headAt) return [head];
      if (word.isFixed) return word.text;
      const agreeing = agreeingWith(word, { asItStands, agreement: head.agreement });
      return at > headAt && agreeing.length === 0 ? apposition(word, head.agreement) : agreeing;
    });
    if (group.some((forms) => forms.length === 0)) return [];
    const [one, other] = group;
    const canSwap = words.length === 2 && one && other && isAdjectiveBeside(words, headAt);
    return canSwap ? [group, [other, one]] : [group];
  });
}

/** The declension of an adjective that goes with a noun, if the two agree as they stand in the name. */
function agreeingWith(
  { text, adjective }: NameWord,
  { asItStands, agreement }: { asItStands: Declension; agreement: Agreement },
): readonly Declension[] {
  const agrees = adjective?.some(
    (declined) => declined.agreement === asItStands.agreement && declined.forms.nominative.includes(text),
  );
  return agrees ? (adjective ?? []).filter((declined) => declined.agreement === agreement) : [];
}

/** `Odkurzacz Franek`: a second noun that is declined with the first. Genitives seldom end in a consonant. */
function apposition({ text, nouns }: NameWord, agreement: Agreement): readonly Declension[] {
  if (agreement === 'plural' || /[aeiouyąęó]$/.test(text)) return [];
  return nouns.map(([asItStands]) => asItStands);
}

/** `Lampa główna` is `główna lampa` as well. */
function isAdjectiveBeside(words: readonly NameWord[], headAt: number): boolean {
  const beside = words[1 - headAt];
  return beside?.adjective !== undefined && (headAt === 1 || ADJECTIVE.test(beside.text));
}

function groupForms(group: Group): PhraseForms {
  return CASES.map((grammaticalCase) =>
    group.reduce<readonly string[]>(
      (starts, word) => {
        const variants =
          typeof word === 'string' ? [word] : word.flatMap(({ forms }) => forms[grammaticalCase]);
        return starts.flatMap((start) => variants.map((form) => (start ? `${start} ${form}` : form)));
      },
      [''],
    ),
  );
}
