/** One exchange of a talk: what was said in a room, and what became of it. */
export interface Turn {
  /** What was said. Private. */
  readonly said: string;
  /** What was understood, as the actions of Home Assistant with their slots; empty where nothing was. */
  readonly understood: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
