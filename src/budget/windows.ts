export type WindowName = 'day' | 'month';

const WINDOW_NAMES: readonly WindowName[] = ['day', 'month'];

/** A stretch of time with a budget of its own. */
export interface BudgetWindow {
  readonly name: WindowName;
  /** `day:2026-11-21`, `month:2026-11`: by the calendar of the budget's time zone. */
  readonly label: string;
  /** Milliseconds since 1970-01-01 UTC: the first one that belongs to the next. */
  readonly endsAt: number;
}

/** The day of such windows, `2026-11-21`. */
export function dayOf(windows: readonly BudgetWindow[]): string {
  const day = windows.find(({ name }) => name === 'day');
  if (!day) throw new Error('there is no day among the windows of the budget');
  return day.label.slice('day:'.length);
}

const HOUR_MS = 60 * 60 * 1000;
/** Longer than any of its kind, changes of the clock included. */
const LONGEST_MS: Readonly<Record<WindowName, number>> = { day: 50 * HOUR_MS, month: 33 * 24 * HOUR_MS };

/**
 * Tells which windows a moment belongs to. Days last 23 to 25 hours where the clock changes; they begin where the
 * calendar of the time zone says so, which needs no midnight to exist.
 *
 * @param timeZone an IANA name, `Europe/Warsaw`
 * @returns the day and the month at a time in milliseconds since 1970-01-01 UTC
 */
export function createWindows(timeZone: string): (now: number) => readonly BudgetWindow[] {
  const calendar = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });

  function labelAt(name: WindowName, time: number): string {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of calendar.formatToParts(time)) parts[type] = value;
    const month = `${parts.year}-${parts.month}`;
    return name === 'month' ? `month:${month}` : `day:${month}-${parts.day}`;
  }

  function windowAt(name: WindowName, now: number): BudgetWindow {
    const label = labelAt(name, now);
    let inside = now;
    let outside = now + LONGEST_MS[name];
    while (outside - inside > 1) {
      const middle = Math.floor((inside + outside) / 2);
      if (labelAt(name, middle) === label) inside = middle;
      else outside = middle;
    }
    return { name, label, endsAt: outside };
  }

  // Reading the calendar takes longer than a reservation may: it is read once for each window.
  let known: readonly BudgetWindow[] = [];
  let since = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;

  return (time) => {
    const now = Math.floor(time);
    if (now < since || now >= until) {
      known = WINDOW_NAMES.map((name) => windowAt(name, now));
      // Not from where the window began: a clock that is set back is looked up again, which does no harm.
      since = now;
      until = Math.min(...known.map(({ endsAt }) => endsAt));
    }
    return known;
  };
}
