/** How much is asked of models: everything; only what is cheap; nothing. From the dearest to the cheapest. */
export const MODES = ['full', 'economy', 'rules-only'] as const;

export type Mode = (typeof MODES)[number];

export function isMode(text: string): text is Mode {
  return (MODES as readonly string[]).includes(text);
}

export function isCheaper(mode: Mode, than: Mode): boolean {
  return MODES.indexOf(mode) > MODES.indexOf(than);
}

/** One step cheaper; the cheapest stays. */
export function nextCheaper(mode: Mode): Mode {
  return MODES[MODES.indexOf(mode) + 1] ?? mode;
}

/** One step dearer; the dearest stays. */
export function nextDearer(mode: Mode): Mode {
  return MODES[MODES.indexOf(mode) - 1] ?? mode;
}
