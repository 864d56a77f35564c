import { isDeepStrictEqual } from 'node:util';
import type { Language } from './intent/utterance.ts';
import type { Home } from './lexicon/home.ts';
import { createMatcher } from './rules/create-matcher.ts';
import type { Matcher } from './rules/matcher.ts';
import type { Rules } from './rules/rules.ts';
import { heardRules } from './rules/rules-for-models.ts';
import { createShortlist, type Shortlist } from './shortlist/create-shortlist.ts';

/** What rules and a home come to together. Making it takes a good part of a second. */
export interface Compiled {
  readonly match: Matcher;
  /** So that the first answers come as soon as all others. */
  readonly warmUp: () => Promise<void>;
  /** Made when somebody first asks for it: not everybody asks models. */
  readonly shortlist: () => Shortlist;
}

interface Sources {
  /** As they were read, none left out: they are told apart by their fingerprint. */
  readonly rules: Rules;
  readonly home: Home;
  readonly defaultLanguage: Language;
}

let latest: (Compiled & { readonly sources: Sources }) | undefined;

/**
 * Compiles rules for a home, or gives back what this process compiled last where it came of the same: a service loads all its
 * files anew whenever one of them changes, and mostly neither rules nor home have.
 */
export function compiled(sources: Sources): Compiled {
  if (!latest || !isSame(latest.sources, sources)) latest = compile(sources);
  return latest;
}

function compile(sources: Sources): NonNullable<typeof latest> {
  const { rules, home, defaultLanguage } = sources;
  const match = createMatcher(sources);
  let warmth: Promise<void> | undefined;
  let shortlist: Shortlist | undefined;
  return {
    sources,
    match,
    warmUp() {
      warmth ??= match.warmUp().catch((error: unknown) => {
        warmth = undefined;
        throw error;
      });
      return warmth;
    },
    shortlist() {
      shortlist ??= createShortlist({
        ...{ home, rules: heardRules(rules) },
        languages: [...new Set([defaultLanguage, ...rules.languages])],
      });
      return shortlist;
    },
  };
}

function isSame(one: Sources, other: Sources): boolean {
  return (
    one.defaultLanguage === other.defaultLanguage &&
    one.rules.fingerprint === other.rules.fingerprint &&
    isDeepStrictEqual(listed(one.home), listed(other.home))
  );
}

/** All that a home tells without being asked. */
type Listed = {
  [Key in keyof Home as Home[Key] extends (...asked: never[]) => unknown ? never : Key]: Home[Key];
};

function listed({ floors, areas, entities }: Home): Listed {
  return { floors, areas, entities };
}
