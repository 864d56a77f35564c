import { createRandom, type Random } from '../../../src/evaluation/random.ts';
import { englishTalk } from './english.ts';
import { polishTalk } from './polish.ts';

/**
 * Sentences by grammar: what may be said for a symbol; `<symbol>` within it is drawn in turn. What may be heard in a
 * room and is no order to the house.
 */
type Grammar = Readonly<Record<string, readonly string[]>>;

/** A language's grammar, and its symbols that are whole texts: the sorts of talk. */
export interface Talk {
  readonly grammar: Grammar;
  readonly kinds: readonly string[];
}

/** A text that must cause no action. */
export interface HarmlessText {
  readonly language: string;
  readonly kind: string;
  readonly text: string;
}

const LANGUAGES: Readonly<Record<string, Talk>> = { pl: polishTalk, en: englishTalk };

/** How many drawings in a row may give only what is there already before a grammar counts as said out. */
const PATIENCE = 2000;

/**
 * Distinct texts, so many of each sort in each language; the same ones for the same seed.
 *
 * @throws Error when a grammar cannot say so many different things, or names a symbol it does not have
 */
export function harmlessTexts(perKind: number, { seed }: { seed: string }): HarmlessText[] {
  return Object.entries(LANGUAGES).flatMap(([language, { grammar, kinds }]) =>
    kinds.flatMap((kind) => {
      const random = createRandom(`${seed} ${language} ${kind}`);
      const texts = new Set<string>();
      for (let drawn = 0; texts.size < perKind; drawn++) {
        if (drawn > perKind + PATIENCE) {
          throw new Error(`the grammar of ${language} has only ${texts.size} different texts of "${kind}"`);
        }
        texts.add(draw(kind, grammar, random));
      }
      return [...texts].map((text) => ({ language, kind, text }));
    }),
  );
}

function draw(symbol: string, grammar: Grammar, random: Random): string {
  const choices = grammar[symbol];
  if (!choices) throw new Error(`the grammar has no <${symbol}>`);
  return random.pick(choices).replaceAll(/<(\w+)>/g, (_, inner: string) => draw(inner, grammar, random));
}
