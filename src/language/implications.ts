/** Words that name no action but tell what is wished for: "ciemno tu". */
export interface Implication {
  /** Folded. Other forms of them are found by their beginnings. */
  readonly words: readonly string[];
  /** Home Assistant's actions that would help, the likeliest first. */
  readonly actions: readonly string[];
}
