/** Slots that say how far something is open, bright, loud or fast, with their most; their least is 0. */
export const LEVELS: Readonly<Record<string, number>> = {
  brightness_pct: 100,
  position: 100,
  percentage: 100,
  volume_level: 1,
};
