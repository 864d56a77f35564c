import { isCheaper, isMode, type Mode } from '../intent/mode.ts';
import type { OperatorSetting, Vote } from './mode-store.ts';

/** The mode that holds, and why. */
export interface ModeState {
  readonly mode: Mode;
  readonly by: 'operator' | 'automatic';
  /** For a person; empty in `full` that nobody set. */
  readonly reason: string;
  /** What an operator set: a mode, or `auto`. */
  readonly operator: string;
}

/**
 * What follows from what an operator set and what replicas ask for: the operator decides, else the cheapest mode that is
 * asked for. A mode that this version does not know may be one in which nothing is paid for, so nothing is.
 */
export function modeStateOf({
  operator: { setting, revision },
  votes,
}: {
  operator: OperatorSetting;
  votes: readonly Pick<Vote, 'mode' | 'reason'>[];
}): ModeState {
  if (setting !== 'auto') {
    const reason = `an operator set it at ${new Date(revision).toISOString()}`;
    const understood = understand(setting, reason);
    return { ...understood, by: 'operator', operator: setting };
  }
  const cheapest = votes
    .map(({ mode, reason }) => understand(mode, reason))
    .reduce((most, vote) => (isCheaper(vote.mode, most.mode) ? vote : most), FULL);
  return { ...cheapest, by: 'automatic', operator: setting };
}

const FULL: { readonly mode: Mode; readonly reason: string } = { mode: 'full', reason: '' };

function understand(mode: string, reason: string): { mode: Mode; reason: string } {
  if (isMode(mode)) return { mode, reason };
  return { mode: 'rules-only', reason: `this version does not know the mode "${mode}": ${reason}` };
}
