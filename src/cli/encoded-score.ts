import type { Row, Score } from '../evaluation/score.ts';

/** What an evaluation found, for a program: shares are from 0 to 1. */
export function encodeScore({ all, byKind, byIntent, aboutHome, confusions }: Score): object {
  return {
    all: encodeRow(all),
    by_kind: byKind.map(encodeRow),
    by_intent: byIntent.map(encodeRow),
    about_home: aboutHome,
    confusions,
  };
}

export function encodeRow({ wrongActions, wrongDirection, notUnderstood, ...row }: Row): object {
  return {
    ...row,
    wrong_actions: wrongActions,
    wrong_direction: wrongDirection,
    not_understood: notUnderstood,
  };
}
