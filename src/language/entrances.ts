/** By which words a name tells that something lets people in. */
export interface Entrances {
  /** What opens, in dictionary form: `brama`, `gate`. */
  readonly doors: readonly string[];
  /** Where one is, so that what moves there may be one: `garaż`. */
  readonly places: readonly string[];
  /** What follows one of these is only beside the thing: `lampa przy bramie`. */
  readonly beside: readonly string[];
}
