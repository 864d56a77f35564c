import type { LanguageKnowledge } from '../language/languages.ts';
import { foldedWords } from '../language/words.ts';
import type { NumberSpeller } from './spoken-numbers.ts';

/** What has names: an area, a floor, an entity. */
export interface Named {
  readonly id: string;
  /** What it is called: the name first, then the aliases, as written. */
  readonly names: readonly string[];
  /** All that it is called besides, as somebody listed it; where there is a list, no forms are made. */
  readonly forms?: readonly string[];
}

/** A form that was made of several names, so that it tells nobody which is meant. */
export interface NameCollision {
  /** Folded. */
  readonly form: string;
  readonly ids: readonly string[];
  /** `nobody`: it means none of them; `ambiguous`: it may mean each. */
  readonly meaning: 'nobody' | 'ambiguous';
}

/** What things are called in one language, in every form. */
interface SpokenNames<Item extends Named> {
  readonly namesOf: ReadonlyMap<Item, readonly string[]>;
  readonly collisions: readonly NameCollision[];
}

/** The key under which a name is found: two names with the same key sound the same. */
export function nameKey(name: string): string {
  return foldedWords(name.replaceAll('_', ' ')).join(' ');
}

interface MadeForms<Item> {
  /** By form: who is called so, and of which of its names it is a form. */
  readonly claims: ReadonlyMap<string, ReadonlyMap<Item, ReadonlySet<string>>>;
  /** All forms of each, its names among them. */
  readonly formsOf: ReadonlyMap<Item, ReadonlySet<string>>;
  /** How a form is written with diacritics, where one thing is called so and not several. */
  readonly spellings: ReadonlyMap<string, ReadonlySet<string>>;
}

const SHORTEST_FORM = 3;
/** A hyphen that nobody hears: beside a syllable, not between two words. */
const SHORT_HYPHENATED = /(?<!\p{L})(?:\p{L}{1,3}-\p{L}+|\p{L}+-\p{L}{1,3})(?!\p{L})/gu;

/**
 * Adds the forms that a language makes of names. A name that somebody wrote beats a form that was made; a form that
 * was made of different names is reported.
 *
 * @param sharedMeans what becomes of such a form
 */
export function spokenNames<Item extends Named>(
  items: readonly Item[],
  {
    knowledge,
    spellNumbers,
    sharedMeans,
  }: { knowledge: LanguageKnowledge; spellNumbers: NumberSpeller; sharedMeans: NameCollision['meaning'] },
): SpokenNames<Item> {
  const written = writtenNames(items);
  const { claims, formsOf, spellings } = madeForms(items, { written, knowledge, spellNumbers });
  const namesOf = new Map<Item, string[]>(
    items.map((item) => [item, [...item.names, ...(item.forms ?? [])]]),
  );
  const collisions: NameCollision[] = [];
  for (const [form, claimed] of claims) {
    const owners = written.get(form);
    const claimants = owners
      ? [...claimed.keys()].filter((item) => isNamedAlike(claimed.get(item), owners, written))
      : nearestClaimants(claimed, formsOf);
    const isShared = !owners && !haveNameInCommon(claimants.map((item) => claimed.get(item) ?? new Set()));
    if (isShared) collisions.push({ form, ids: claimants.map(({ id }) => id), meaning: sharedMeans });
    if (isShared && sharedMeans === 'nobody') continue;
    for (const item of claimants) namesOf.get(item)?.push(form, ...(spellings.get(form) ?? []));
  }
  return { namesOf, collisions };
}

/** `lampek` is nearer to `lampki` than to `lampka`, of which `lampki` is a form itself. */
function nearestClaimants<Item>(
  claimed: ReadonlyMap<Item, ReadonlySet<string>>,
  formsOf: ReadonlyMap<Item, ReadonlySet<string>>,
): readonly Item[] {
  const includesForms = (item: Item, other: Item): boolean =>
    [...(claimed.get(other) ?? [])].every((base) => formsOf.get(item)?.has(base));
  const claimants = [...claimed.keys()];
  return claimants.filter(
    (item) => !claimants.some((other) => includesForms(item, other) && !includesForms(other, item)),
  );
}

function writtenNames<Item extends Named>(items: readonly Item[]): Map<string, Set<Item>> {
  const owners = new Map<string, Set<Item>>();
  for (const item of items) {
    for (const name of [...item.names, ...(item.forms ?? [])]) {
      const key = nameKey(name);
      owners.set(key, (owners.get(key) ?? new Set()).add(item));
    }
  }
  return owners;
}

function madeForms<Item extends Named>(
  items: readonly Item[],
  {
    written,
    knowledge,
    spellNumbers,
  }: {
    written: ReadonlyMap<string, ReadonlySet<Item>>;
    knowledge: LanguageKnowledge;
    spellNumbers: NumberSpeller;
  },
): MadeForms<Item> {
  const claims = new Map<string, Map<Item, Set<string>>>();
  const formsOf = new Map<Item, ReadonlySet<string>>();
  const spellings = new Map<string, Set<string>>();
  const { nameForms = (name: string) => [name], pluralForms = () => [] } = knowledge;
  for (const item of items) {
    if (item.forms) continue;
    const seen = new Set<string>();
    formsOf.set(item, seen);
    for (const name of item.names.flatMap(asWritten)) {
      // An alias that is a form of the name already: its forms would be forms of forms.
      const base = nameKey(name);
      if (seen.has(base)) continue;
      const plurals = new Set(pluralForms(name));
      // Where the name has no number, none of its forms has one.
      const isNumbered = spellNumbers(name).length > 1;
      const forms = isNumbered ? nameForms(name).flatMap(spellNumbers) : nameForms(name);
      for (const form of forms) {
        const key = nameKey(form);
        seen.add(key);
        if (written.get(key)?.has(item) || !canBeName(key, knowledge)) continue;
        const claimants = claims.get(key) ?? new Map<Item, Set<string>>();
        claimants.set(item, (claimants.get(item) ?? new Set()).add(base));
        claims.set(key, claimants);
        if (form !== key && !plurals.has(form))
          spellings.set(key, (spellings.get(key) ?? new Set()).add(form));
      }
    }
  }
  return { claims, formsOf, spellings };
}

/** `LED-y` is said, and heard, as `ledy`. */
function asWritten(name: string): readonly string[] {
  const joined = name.replace(SHORT_HYPHENATED, (word) => word.replace('-', ''));
  return joined === name ? [name] : [name, joined];
}

/** A form may happen to be a word that commands are made of: `ale` of `Ala`, `ani` of `Ania`. */
function canBeName(form: string, { cautions }: LanguageKnowledge): boolean {
  if (form.length < SHORTEST_FORM) return false;
  return Object.values(cautions).every((words: ReadonlySet<string>) => !words.has(form));
}

/** Of two lamps of one name, the forms listed for one are not taken from the other. */
function isNamedAlike<Item>(
  bases: ReadonlySet<string> | undefined,
  owners: ReadonlySet<Item>,
  written: ReadonlyMap<string, ReadonlySet<Item>>,
): boolean {
  return [...(bases ?? [])].some((base) => [...owners].some((owner) => written.get(base)?.has(owner)));
}

function haveNameInCommon(bases: readonly ReadonlySet<string>[]): boolean {
  const [first, ...others] = bases;
  return [...(first ?? [])].some((base) => others.every((other) => other.has(base)));
}
