/**
 * Rules that spell numbers out, as Unicode's CLDR publishes them for each language: by name, the rules of a set, each
 * with the least number that it is for and what to say (Unicode TR 35, part 3, "Rule-Based Number Formatting").
 */
export type SpelloutRules = Readonly<Record<string, readonly (readonly [key: string, body: string])[]>>;

interface SpelloutRule {
  readonly base: number;
  /** What a number is taken apart by: `←←` says how often it holds this, `→→` what is left. */
  readonly divisor: number;
  readonly body: string;
}

interface RuleSet {
  readonly negative: string | undefined;
  /** By their base. */
  readonly rules: readonly SpelloutRule[];
}

/** `20`, or `1100/100` where the number is counted in hundreds. */
const KEY = /^(\d+)(?:\/(\d+))?$/;
const OPTIONAL = /\[([^\]]*)\]/g;
const SUBSTITUTION = /→(?<rest>%[^→]*)?→(?<before>→?)|←(?<times>%[^←]*)?←|=(?<same>%[^=]*)=/g;
/** Written in digits, or by the plural form of a word: neither is said of small numbers. */
const UNSAID = /[#$0-9←→=]/;
/** Rules that lead from one to the other for ever are not published; this is for broken files. */
const MAX_DEPTH = 12;

/** Says whole numbers by one of the sets. @returns undefined where the rules write digits */
export function createSpeller(published: SpelloutRules): (set: string, value: number) => string | undefined {
  const sets = new Map<string, RuleSet>();

  function setOf(name: string): RuleSet {
    const known = sets.get(name) ?? readSet(published[name] ?? []);
    sets.set(name, known);
    return known;
  }

  function spell(name: string, value: number, depth = 0): string {
    const set = setOf(name);
    if (value < 0) return filled(set.negative ?? '#', { name, divisor: 0, value: -value, depth });
    let index = set.rules.findLastIndex(({ base }) => base <= value);
    const rule = set.rules[index];
    // `1100: ←← hundred →→` is not for 2000, of which no hundreds are left over.
    const goesBack = rule?.body.includes('→') && value % rule.divisor === 0 && rule.base % rule.divisor !== 0;
    if (goesBack) index -= 1;
    return spellBy(name, { index, value, depth });
  }

  function spellBy(
    name: string,
    { index, value, depth }: { index: number; value: number; depth: number },
  ): string {
    const rule = setOf(name).rules[index];
    if (!rule || depth > MAX_DEPTH) return '#';
    const { body, divisor } = rule;
    const text = body.replace(OPTIONAL, (_, part: string) => (value % divisor === 0 ? '' : part));
    return filled(text, { name, divisor, value, depth, index });
  }

  function filled(
    text: string,
    use: { name: string; divisor: number; value: number; depth: number; index?: number },
  ): string {
    const { name, divisor, value, index = 0 } = use;
    const depth = use.depth + 1;
    return text.replace(SUBSTITUTION, (found, ...groups) => {
      const { rest, before, times, same } = groups.at(-1) as Record<string, string | undefined>;
      if (same !== undefined) return spell(same, value, depth);
      if (found.startsWith('←')) return spell(times ?? name, Math.floor(value / divisor), depth);
      const left = divisor === 0 ? value : value % divisor;
      return before
        ? spellBy(name, { index: index - 1, value: left, depth })
        : spell(rest ?? name, left, depth);
    });
  }

  return (name, value) => {
    const said = spell(name, value);
    return UNSAID.test(said) ? undefined : said;
  };
}

function readSet(published: SpelloutRules[string]): RuleSet {
  const rules: SpelloutRule[] = [];
  let negative: string | undefined;
  for (const [key, written] of published) {
    // A quotation mark keeps the space behind it.
    const body = written.replace(/;$/, '').replace(/^'/, '');
    const [, base, radix = '10'] = KEY.exec(key) ?? [];
    if (key === '-x') negative = body;
    else if (base !== undefined) rules.push({ base: Number(base), divisor: divisorOf(base, radix), body });
  }
  return { negative, rules: rules.sort((one, other) => one.base - other.base) };
}

/** The largest power of the radix that is not above the base. */
function divisorOf(base: string, radix: string): number {
  let divisor = 1;
  while (divisor * Number(radix) <= Number(base)) divisor *= Number(radix);
  return divisor;
}
