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
const ENTITY_KEYS: ReadonlySet<string> = new Set(['domain', 'device_class']);

type Context = (key: string) => unknown;

/** Which keys are looked at: of the things called by a name, all others, or all. */
type Keys = 'entity' | 'other' | 'all';

/** True where the context has what is required, of these keys. */
export function hasRequired(terms: ContextTerms, context: Context, keys: Keys): boolean {
  for (const [key, term] of terms) {
    if (isOf(keys, key) && !fits(term, context(key))) return false;
  }
  return true;
}

/** True where the context has something that is excluded, of these keys. */
export function hasExcluded(terms: ContextTerms, context: Context, keys: Keys): boolean {
  for (const [key, term] of terms) {
    if (isOf(keys, key) && fits(term, context(key))) return true;
  }
  return false;
}

function isOf(keys: Keys, key: string): boolean {
  return keys === 'all' || ENTITY_KEYS.has(key) === (keys === 'entity');
}

function fits({ values }: ContextTerm, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (!values) return true;
  const said: readonly unknown[] = Array.isArray(value) ? value : [value];
  return said.some((one) => values.includes(String(one)));
}
