/** What is told of one sort of state: of those that are so, and those that are not. */
export interface StateWords {
  /** Before the names of those that are so: "Świeci", "Świecą 2". */
  yes(count: number): string;
  /** Before the names of those that are not. */
  no(count: number): string;
  /** None of several is so. */
  readonly none: string;
}

/** Which sort of state something has. */
export type StateKind =
  | 'lit'
  | 'running'
  | 'open'
  | 'unlocked'
  | 'detected'
  | 'low_battery'
  | 'playing'
  | 'home'
  | 'armed';

/** What the bridge says, in one language. Names and values come as they are to be said. */
export interface Speech {
  /** As dates and times are written: `pl`, `en-GB`. */
  readonly locale: string;
  /** "a, b i c". */
  list(names: readonly string[]): string;
  readonly unreachable: string;
  /** Home Assistant refused it, or nobody knows what became of it. */
  readonly failed: string;
  readonly maybeDone: string;
  /** Somebody has to say yes first, and has not. */
  readonly notConfirmed: string;
  readonly nothingThere: string;
  readonly unknownTemperature: string;
  readonly tooManyPlans: string;
  readonly strangeRepeat: string;
  /** Things that do not answer. */
  away(names: readonly string[]): string;
  /** Nobody knows the answer. */
  readonly noAnswer: string;

  /** What an action is, as a thing: "wyłączenie". @param action `light.turn_off` */
  what(action: string): string;
  /** When, from today on. @param days from today; @param date "28 listopada"; @param time "21:00" */
  when(days: number, date: string, time: string): string;
  /** How it comes again: "codziennie"; on which days of the week, Monday 0. @param days none: every day */
  every(days: readonly number[]): string;
  /** How long: "2 minuty i 5 sekund". */
  duration(seconds: number): string;
  /** It was planned, and its time is long over. */
  overdue(what: string, when: string): string;
  timerOver(name: string | undefined): string;
  readonly noTimer: string;
  /** How long is left. @param timers of one or several */
  timers(
    timers: readonly {
      readonly name: string | undefined;
      readonly left: string;
      readonly isPaused: boolean;
    }[],
  ): string;
  readonly nothingPlanned: string;
  planned(plans: readonly string[]): string;
  whichPlan(plans: readonly string[]): string;

  readonly states: Readonly<Record<StateKind, StateWords>>;
  /** What a vacuum cleaner, a mower and such do, by Home Assistant's state. */
  readonly doing: Readonly<Record<string, string>>;
  /** @param degrees "22 stopnie" */
  temperature(degrees: string, where: string | undefined): string;
  readonly degrees: string;
  readonly outside: string;
  /** @param target what is set */
  target(degrees: string): string;
  humidity(percent: string, where: string | undefined): string;
  readonly weatherAttributes: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, string>>;
  /** @param day `today`, `tomorrow`, `monday` … */
  forecast(day: string, condition: string, from: string | undefined, to: string | undefined): string;
  readonly noForecast: string;
  listed(items: readonly string[]): string;
  readonly emptyList: string;
  time(time: string): string;
  date(date: string): string;
  readonly nowPlaying: (title: string) => string;
}

/**
 * What is said of a duration: hours and minutes, or minutes and seconds.
 *
 * @returns at least one part
 */
export function partsOf(seconds: number): [count: number, unit: 'hour' | 'minute' | 'second'][] {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const parts: ReturnType<typeof partsOf> = [];
  if (hours > 0) parts.push([hours, 'hour']);
  if (minutes > 0) parts.push([minutes, 'minute']);
  if (hours === 0 && (rest > 0 || minutes === 0)) parts.push([rest, 'second']);
  return parts;
}
