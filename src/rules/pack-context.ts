/** What a block of a pack asks of the home, or may not find in it: a value of these, or any where there are none. */
export type ContextTerms = ReadonlyMap<string, ContextTerm>;

interface ContextTerm {
  readonly values?: readonly string[];
  /** True where the value found fills the slot of the same name. */
  readonly fillsSlot: boolean;
}

/** Reads `requires_context` or `excludes_context`: values, lists of them, or `{value: …, slot: true}`. */
export function readTerms(written: Readonly<Record<string, unknown>> = {}): ContextTerms {
  return new Map(Object.entries(written).map(([key, value]) => [key, readTerm(value)]));
}

function readTerm(written: unknown): ContextTerm {
  if (written === null || written === undefined) return { fillsSlot: false };
  if (Array.isArray(written)) return { values: written.map(String), fillsSlot: false };
  if (typeof written !== 'object') return { values: [String(written)], fillsSlot: false };
  const { value, slot } = written as { value?: unknown; slot?: unknown };
  return { ...readTerm(value), fillsSlot: slot === true };
}

/** Keys that are asked of the things called by a name, when the name is read. */
const ENTITY_KEYS: readonly string[] = ['domain', 'device_class'];

type Context = (key: string) => unknown;

/** True where the context has what is required of the things called by a name. */
export function hasRequiredOfThings(terms: ContextTerms, context: Context): boolean {
  return ENTITY_KEYS.every((key) => {
    const term = terms.get(key);
    return !term || fits(term, context(key));
  });
}

/**
 * True where the context has everything else that is required. What is required of things tells what a sentence is
 * about when it names none.
 */
export function hasRequiredElse(terms: ContextTerms, context: Context): boolean {
  for (const [key, term] of terms) {
    const value = context(key);
    if (!(value === undefined && ENTITY_KEYS.includes(key)) && !fits(term, value)) return false;
  }
  return true;
}

/** True where something is required of things that the context says nothing of. */
export function asksOfThings(terms: ContextTerms, context: Context): boolean {
  return ENTITY_KEYS.some((key) => terms.has(key) && context(key) === undefined);
}

/** True where the context has something that is excluded. */
export function hasExcluded(terms: ContextTerms, context: Context): boolean {
  for (const [key, term] of terms) if (fits(term, context(key))) return true;
  return false;
}

/** The values of which one is required; none where any will do. */
export function requiredValues(terms: ContextTerms, key: string): readonly string[] {
  return terms.get(key)?.values ?? [];
}

/** The first of the values that are required. */
export function firstRequired(terms: ContextTerms, key: string): string | undefined {
  return requiredValues(terms, key)[0];
}

function fits({ values }: ContextTerm, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (!values) return true;
  const said: readonly unknown[] = Array.isArray(value) ? value : [value];
  return said.some((one) => values.includes(String(one)));
}
