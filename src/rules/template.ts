/** A sentence template taken apart. Offsets count characters from the template's start. */
export type Template =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Template[] }
  /** `(a|b)` */
  | { readonly kind: 'choice'; readonly options: readonly Template[] }
  /** `[a]` */
  | { readonly kind: 'optional'; readonly body: Template }
  /** `(a;b)`: all parts, in any order */
  | { readonly kind: 'permutation'; readonly parts: readonly Template[] }
  /** `{list}` or `{list:slot}` */
  | { readonly kind: 'list'; readonly list: string; readonly slot: string; readonly offset: number }
  /** `{0..100:slot}` or `{0..100,5:slot}` */
  | { readonly kind: 'range'; readonly range: Range; readonly slot: string; readonly offset: number }
  /** `<rule>` */
  | { readonly kind: 'rule'; readonly rule: string; readonly offset: number };

/** Numbers that may be said. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Numbers between the steps do not fit. */
  readonly step: number;
  /** The slot's value is the number said, times this. */
  readonly multiplier: number;
}

/** What is wrong in a template, and how many characters from its start. */
export interface TemplateMistake {
  readonly message: string;
  readonly offset: number;
}

/** True where the range has this number, steps counted from its beginning. */
export function inRange(value: number, { from, to, step }: Range): boolean {
  if (value < from || value > to) return false;
  const steps = (value - from) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9;
}
