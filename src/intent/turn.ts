import type { Action } from './recognition.ts';

/** What was understood of something said before: what later words may lean on. */
export interface PastTurn {
  /** Private; empty where words are not kept. */
  readonly said: string;
  /** As they were understood, in spoken order, whether policy let them be done or not; empty where nothing was ordered. */
  readonly actions: readonly Action[];
  /** What was asked; absent where nothing was. */
  readonly query?: Action;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One exchange of a talk, as a model is told about it: what was said in a room, and what became of it. */
export interface Turn {
  /** What was said. Private. */
  readonly said: string;
  /** What was understood, as the actions of Home Assistant with their slots; empty where nothing was. */
  readonly understood: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
