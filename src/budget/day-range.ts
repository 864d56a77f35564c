/** The first and the last day of a report, `2026-11-01`. */
export interface AskedRange {
  /** `2026-11-21`, `2026-11` (its first day), `today` or `yesterday`; without it the first of the last day's month. */
  readonly from?: string | undefined;
  /** As `from`; a month is its last day; without it today. */
  readonly to?: string | undefined;
}

/** As long as the books of days are kept. */
const MOST_DAYS = 800;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @param today by the calendar of the budget's time zone. @returns every day, or what is wrong with what was asked */
export function dayRange(
  { from, to }: AskedRange,
  today: string,
): { readonly days: readonly string[] } | { readonly mistake: string } {
  const last = to === undefined ? today : dayNamed(to, { today, end: 'last' });
  if (last === undefined) return { mistake: mistakeIn('to', to) };
  const first =
    from === undefined ? `${last.slice(0, 'yyyy-mm'.length)}-01` : dayNamed(from, { today, end: 'first' });
  if (first === undefined) return { mistake: mistakeIn('from', from) };
  if (first > last) return { mistake: `from (${first}) is after to (${last}); exchange them` };
  const days: string[] = [];
  for (let day = first; day <= last; day = plusDays(day, 1)) {
    if (days.length === MOST_DAYS) {
      return { mistake: `${first} to ${last} is more than ${MOST_DAYS} days, and older books are not kept` };
    }
    days.push(day);
  }
  return { days };
}

function mistakeIn(name: string, text: string | undefined): string {
  return `${name}: expected a day such as 2026-11-21, a month such as 2026-11, today or yesterday, not "${text}"`;
}

function dayNamed(
  text: string,
  { today, end }: { readonly today: string; readonly end: 'first' | 'last' },
): string | undefined {
  if (text === 'today') return today;
  if (text === 'yesterday') return plusDays(today, -1);
  if (/^\d{4}-\d\d$/.test(text)) {
    const first = dayNamed(`${text}-01`, { today, end });
    if (first === undefined || end === 'first') return first;
    return `${text}-${String(daysInMonth(first)).padStart(2, '0')}`;
  }
  const time = Date.parse(`${text}T00:00:00Z`);
  // 2026-02-30 is no day, though JavaScript takes it for March.
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && plusDays(text, 0) === text;
  return isDay ? text : undefined;
}

function plusDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS)
    .toISOString()
    .slice(0, 'yyyy-mm-dd'.length);
}

/** Of the month that a day is in. */
export function daysInMonth(day: string): number {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
