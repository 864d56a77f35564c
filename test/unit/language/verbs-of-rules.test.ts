import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/language/languages.ts';
import { foldedWords } from '../../../src/language/words.ts';
import { loadRules } from '../../../src/rules/load-rules.ts';
import { saidForms } from '../../../src/rules/said-forms.ts';

/** Pieces of the shipped sentences that hold the verbs of one way, with the ways their words may go. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  turn_on: ['on'],
  turn_off: ['off'],
  lighten: ['on'],
  darken: ['off'],
  open: ['open', 'up', 'uncover'],
  close: ['close', 'down', 'cover'],
  unshut: ['open'],
  shut: ['close'],
  roll_up: ['close'],
  roll_down: ['open'],
  extend: ['open'],
  retract: ['close'],
  more: ['more', 'up'],
  less: ['less', 'down'],
  louder: ['more'],
  quieter: ['less'],
  brighten: ['more'],
  dim_down: ['less', 'off'],
  uncover: ['uncover'],
  cover: ['cover'],
  stop: ['stop'],
  begin: ['start'],
};

const rules = await loadRules(join(import.meta.dirname, '../../../config/intents.yaml'));
const expansions = rules.expansions.get('pl') ?? new Map();
const { directions, isNoOrder } = knowledgeOf('pl');

/** The verbs of a piece that are said in one word. */
function verbsOf(piece: string): string[] {
  const body = expansions.get(piece);
  expect(body).toBeDefined();
  const forms = body ? saidForms(body, expansions).map(foldedWords) : [];
  return [...new Set(forms.flatMap((words) => (words.length === 1 ? words : [])))];
}

describe.for(Object.entries(VERBS))('the verbs of <%s>', ([piece, ways]) => {
  test('go the way that the language knows them to go', () => {
    const verbs = verbsOf(piece);
    expect(verbs.length).toBeGreaterThan(0);
    const strange = verbs.filter((verb) => !ways.includes(directions.ways.get(verb) ?? 'none'));
    expect(strange).toEqual([]);
  });

  test('are orders where a question mark ends them, too, unless they can ask', () => {
    // "Zgasić?", "zgasisz?", "zgasicie?", "otwieramy?"
    const asking = /(?:[aiy]|es|us|ys)c$|sz$|[aeiy]cie$|amy$/;
    const asked = verbsOf(piece).filter((verb) => !asking.test(verb) && isNoOrder(`${verb} to?`));
    expect(asked).toEqual([]);
  });
});
