import type { CommandContext } from './command-context.ts';

const WIDTH = 30;
/** Percent of the way between two pictures. */
const STEP = 2;

/** Shows on a terminal how far something is; elsewhere it shows nothing. */
export interface ProgressBar {
  advance(done: number): void;
  /** Takes it off the screen. */
  clear(): void;
}

/** @param total what `advance` goes up to */
export function createProgressBar(total: number, errors: CommandContext['errors']): ProgressBar {
  if (errors.isTTY !== true || total === 0) return { advance: () => undefined, clear: () => undefined };
  let shown = -STEP;
  return {
    advance(done) {
      const percent = Math.floor((done / total) * 100);
      if (percent < shown + STEP) return;
      shown = percent;
      const filled = Math.round((WIDTH * percent) / 100);
      errors.write(`\r${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}`);
    },
    clear: () => void errors.write('\r\u001b[K'),
  };
}
