/** What people say when they are asked back, in one language. All folded; phrases have their words apart by spaces. */
export interface AnswerWords {
  readonly yes: readonly string[];
  readonly no: readonly string[];
  /** "nieważne", "never mind": what was asked is not wanted any more. */
  readonly nevermind: readonly string[];
  /** What may stand beside one of these and changes nothing: "proszę". */
  readonly beside: readonly string[];
  /** "czekaj", "wait", "zaraz": wherever they stand, what was asked is not wanted so, or not now. */
  readonly holding: ReadonlySet<string>;
  /** Behind a yes and its verb they say only what was asked about: "je", "it". Nothing that tells one thing from another. */
  readonly asked: ReadonlySet<string>;
  /** Every one of several. */
  readonly all: readonly string[];
  /** Every one of two. */
  readonly both: readonly string[];
  /** By place in what was asked, from 1; -1 for the last. */
  readonly ordinals: ReadonlyMap<string, number>;
  /** What only points or leads to a name: "tę", "w", "the one". */
  readonly pointing: ReadonlySet<string>;
  /** Between two that are chosen: "i". */
  readonly joiners: ReadonlySet<string>;
}
