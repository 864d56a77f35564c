import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '../../../src/evaluation/random.ts';

/** What can be said for each symbol. */
type Grammar = ReadonlyMap<string, readonly string[]>;

interface Talk {
  readonly language: string;
  readonly grammar: Grammar;
  /** Symbols that are whole texts. */
  readonly kinds: readonly string[];
}

/** A text that must cause no action. */
export interface HarmlessText {
  readonly language: string;
  readonly kind: string;
  readonly text: string;
}

/** How many drawings in a row may give only what is there already before a grammar counts as said out. */
const PATIENCE = 2000;

const talks = ['pl', 'en'].map((language) =>
  parseTalk(readFileSync(join(import.meta.dirname, `${language}.txt`), 'utf8'), language),
);

/**
 * Distinct texts, so many of each sort in each language; the same ones for the same seed.
 *
 * @throws Error when a grammar cannot say so many different things, or names a symbol that it does not have
 */
export function harmlessTexts(perKind: number, { seed }: { seed: string }): HarmlessText[] {
  return talks.flatMap(({ language, grammar, kinds }) =>
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
  const choices = grammar.get(symbol);
  if (!choices) throw new Error(`the grammar has no <${symbol}>`);
  return random.pick(choices).replaceAll(/<(\w+)>/g, (_, inner: string) => draw(inner, grammar, random));
}

/** @throws Error for a symbol that is there twice */
function parseTalk(text: string, language: string): Talk {
  const grammar = new Map<string, string[]>();
  const kinds: string[] = [];
  let isKind = true;
  let choices: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '---') isKind = false;
    if (line === '---' || line === '' || line.startsWith('#')) continue;
    const [, symbol, rest = line] = /^(\w+):(.*)$/.exec(line) ?? [];
    if (symbol !== undefined) {
      if (grammar.has(symbol)) throw new Error(`the grammar of ${language} has <${symbol}> twice`);
      choices = [];
      grammar.set(symbol, choices);
      if (isKind) kinds.push(symbol);
    }
    choices.push(...rest.split('|').flatMap((choice) => choice.trim() || []));
  }
  return { language, grammar, kinds };
}
