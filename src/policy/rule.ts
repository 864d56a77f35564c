import { ENTRANCE_CLASSES, RELAY_DOMAINS } from '../intent/ways-in.ts';
import type { Hours } from './hours.ts';

export type Decision = 'allow' | 'confirm' | 'deny';

/** One line of policy. It fits where all of its fields do; a field that is absent fits everything. */
export interface PolicyRule {
  /** A Home Assistant action; `*` stands for any characters: `lock.unlock`, `lock.*`, `*`. */
  readonly action: string;
  /** Device class of the thing it is done to: `garage`. */
  readonly deviceClass?: string;
  /** Ids of the areas that the thing stands in, one of them. */
  readonly areas?: readonly string[];
  /** Labels of the thing, one of them. */
  readonly labels?: readonly string[];
  /** Ids of the areas it was said in. Where that is unknown, the rule does not fit. */
  readonly rooms?: readonly string[];
  /** Who said it, whatever the case of the letters. Where that is unknown, the rule does not fit. */
  readonly users?: readonly string[];
  /** When it is to be done, by the clock on the wall of the home. */
  readonly hours?: Hours;
  readonly decision: Decision;
}

/**
 * What asks back whoever else was told nothing: these come behind the operator's own rules, so that a rule about the
 * vacuum cleaner does not leave the door unlocked. Device classes as in Home Assistant's cover integration. What moves is
 * stopped at once: somebody may stand under it.
 */
export const SAFE_RULES: readonly PolicyRule[] = [
  { action: 'cover.stop_cover', decision: 'allow' },
  { action: 'lock.*', decision: 'confirm' },
  { action: 'alarm_control_panel.*', decision: 'confirm' },
  ...['cover', ...RELAY_DOMAINS].flatMap((domain) =>
    ENTRANCE_CLASSES.map(
      (deviceClass): PolicyRule => ({ action: `${domain}.*`, deviceClass, decision: 'confirm' }),
    ),
  ),
];

const STRICTNESS: Readonly<Record<Decision, number>> = { allow: 0, confirm: 1, deny: 2 };

export function isStricter(one: Decision, other: Decision): boolean {
  return STRICTNESS[one] > STRICTNESS[other];
}

/** The key by which users are compared. */
export function userKey(user: string): string {
  return user.normalize('NFC').trim().toLowerCase();
}
