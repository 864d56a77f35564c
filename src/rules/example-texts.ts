import { assertNever } from '../intent/assert-never.ts';
import { knowledgeOf } from '../language/languages.ts';
import type { Home } from '../lexicon/home.ts';
import type { ListDefinition, Rules, Vocabulary } from './rules.ts';
import type { CompiledSentence } from './sentence-automaton.ts';
import { inRange, type Range, type Template } from './template.ts';

/** Chooses below a number; the same numbers every time, so that loading is repeatable. */
type Choose = (count: number) => number;

/** One text of so many has a slip in it: what mends slips has to be ready as well. */
const SLIP_EVERY = 20;

/** Of fewer sentences than these some are said again: a matcher that has read little is not fast yet. */
const ENOUGH = 1000;
const MOST_TIMES = 3;

/** Things that the sentences say in this home: each of them at least once, some of them with a slip. */
export function exampleTexts(
  sentences: readonly CompiledSentence[],
  { rules, home }: { rules: Rules; home: Home },
): string[] {
  const choose = createChoice();
  const rounds = Array.from({ length: MOST_TIMES }, () => sentences).flat();
  const said = rounds.slice(0, Math.max(ENOUGH, sentences.length));
  return said.map((compiled, index) => {
    const { template, language, vocabulary } = compiled.sentence;
    const shared = { lists: rules.lists, expansions: rules.expansions.get(language) ?? new Map() };
    const text = say(template, { home, choose, language, vocabulary: vocabulary ?? shared });
    return index % SLIP_EVERY === 0 ? withSlip(text) : text;
  });
}

interface Speaker {
  readonly home: Home;
  readonly choose: Choose;
  readonly language: string;
  readonly vocabulary: Vocabulary;
}

function say(template: Template, speaker: Speaker): string {
  const { choose } = speaker;
  switch (template.kind) {
    case 'text':
      return template.text;
    case 'sequence':
      return template.parts.map((part) => say(part, speaker)).join('');
    case 'permutation':
      return template.parts.map((part) => say(part, speaker)).join(' ');
    case 'choice':
      return sayAny(template.options, speaker);
    case 'optional':
      return choose(2) === 0 ? '' : say(template.body, speaker);
    case 'rule':
      return sayRule(template.rule, speaker);
    case 'range':
      return sayNumber(template.range, speaker);
    case 'list':
      return sayList(template.list, speaker);
    default:
      return assertNever(template);
  }
}

function sayAny(options: readonly Template[], speaker: Speaker): string {
  const option = options[speaker.choose(options.length)];
  return option ? say(option, speaker) : '';
}

function sayRule(rule: string, speaker: Speaker): string {
  const body = speaker.vocabulary.expansions.get(rule);
  return body ? say(body, speaker) : '';
}

function sayList(list: string, speaker: Speaker): string {
  const { home, vocabulary } = speaker;
  const things = { area: home.areas, floor: home.floors, name: home.entities }[list];
  const definition = vocabulary.lists.get(list);
  if (definition) return sayValue(definition, speaker);
  if (!things) return sayDuration(speaker);
  return anyName(things, speaker);
}

/** In digits, or in a word where the language has one for it. */
function sayNumber(range: Range, { choose, language }: Speaker): string {
  const { from, to, step } = range;
  const digits = String(from + step * choose(Math.floor((to - from) / step) + 1));
  if (choose(2) === 0) return digits;
  const words = [...knowledgeOf(language).numberWords].filter(([, value]) => inRange(value, range));
  const [word = digits] = words[choose(words.length)] ?? [];
  return word;
}

function sayDuration({ choose, language }: Speaker): string {
  const { timeUnits } = knowledgeOf(language);
  return `${choose(60)} ${timeUnits[choose(timeUnits.length)] ?? ''}`;
}

function anyName(things: readonly { readonly names: readonly string[] }[], { choose }: Speaker): string {
  return things[choose(things.length)]?.names[0] ?? '';
}

/** The same with two letters of its longest word swapped. */
function withSlip(text: string): string {
  const words = text.split(' ');
  const longest = words.reduce((one, word) => (word.length > one.length ? word : one), '');
  const middle = longest.length >> 1;
  const letters = [...longest];
  letters.splice(middle - 1, 2, ...letters.slice(middle - 1, middle + 1).reverse());
  return text.replace(longest, letters.join(''));
}

function sayValue(definition: ListDefinition, speaker: Speaker): string {
  if (definition.kind === 'range') return sayNumber(definition.range, speaker);
  // Words that no sentence has, as people's own lists and messages are full of.
  if (definition.kind === 'wildcard') return withSlip(anyName(speaker.home.entities, speaker));
  const value = definition.values[speaker.choose(definition.values.length)];
  const template = value?.said[speaker.language] ?? value?.said['*'];
  return template ? say(template, speaker) : '';
}

function createChoice(): Choose {
  let seed = 1;
  return (count) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return count > 0 ? (seed >>> 8) % count : 0;
  };
}
