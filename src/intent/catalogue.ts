/** What a slot of an action takes. */
export type SlotKind =
  | { readonly kind: 'number'; readonly from: number; readonly to: number }
  /** One of these. */
  | { readonly kind: 'value'; readonly values: readonly (string | number | boolean)[] }
  /** A length of time, as `HH:MM:SS`. */
  | { readonly kind: 'duration' }
  /** Words as they were said. */
  | { readonly kind: 'words' };

/** An action as the rules know it. */
export interface CataloguedAction {
  readonly kind: 'action' | 'query';
  /** Slots besides those that say where; one slot may take several kinds of values. */
  readonly slots: ReadonlyMap<string, readonly SlotKind[]>;
  /** Those of them without which it makes no sense: an item that is added. */
  readonly required: ReadonlySet<string>;
  /** Those of which it needs at least one, a temperature or a step of it; empty where it makes sense with none. */
  readonly requiredAny: ReadonlySet<string>;
}

/** Everything that can be asked for, by its Home Assistant action. */
export type Catalogue = ReadonlyMap<string, CataloguedAction>;
