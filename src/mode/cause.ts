import type { Mode } from '../intent/mode.ts';

/** A mode that something asks for, and why, for a person. */
export interface Wish {
  readonly mode: Mode;
  readonly reason: string;
}

/** Something that may ask for a cheaper mode. */
export interface Cause {
  /**
   * @param held what this cause asked for so far: it takes less to keep a cheaper mode than to enter it
   * @param effective what holds for this process, for whatever reason
   * @returns undefined where it asks for nothing
   */
  look(held: Mode, effective: Mode): Wish | undefined;
}

/** Whether a measure counts as at its threshold: when it did before, already a little below. @param margin 0–1 */
export function reaches(
  value: number,
  threshold: number,
  { wasThere, margin }: { wasThere: boolean; margin: number },
): boolean {
  return value >= (wasThere ? threshold * (1 - margin) : threshold);
}
