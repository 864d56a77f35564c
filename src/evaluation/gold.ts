import { PLACES } from '../intent/place-slots.ts';
import type { Slots } from '../intent/recognition.ts';

/** An action or a question as the corpus expects it. */
export interface ExpectedAction {
  readonly intent: string;
  readonly entities: Slots;
  /** True where slots beyond `entities` are right, too. */
  readonly allowsMore: boolean;
  /** When it must be meant for: `any` time but now, the hour as `21:00`, or the day with it. Absent: now. */
  readonly at?: string;
  /** How often, as a recurrence rule. Absent: once. */
  readonly repeat?: string;
}

/** One way of understanding an utterance that is right. */
export type ExpectedReading =
  | {
      readonly status: 'recognized';
      readonly kind: 'action' | 'query';
      /** In spoken order; of a query one. */
      readonly actions: readonly ExpectedAction[];
      /** Whether a spoken yes must be waited for; absent where the corpus does not say. */
      readonly needsConfirmation?: boolean;
    }
  | { readonly status: 'unclear' | 'ambiguous' | 'unavailable' | 'refused' };

/** What somebody says, and what is right to make of it. */
export interface GoldUtterance {
  readonly says: string;
  /** What sort of utterance it is: the rows of the report. */
  readonly kind: string;
  readonly language?: string;
  readonly room?: string;
  /** The hour at which it is said: `20:00`. Absent: noon. */
  readonly saidAt?: string;
  /** What was said before it in the same place, oldest first. */
  readonly before: readonly string[];
  /** The first is the one that names the utterance's intent in the report. */
  readonly readings: readonly [ExpectedReading, ...ExpectedReading[]];
  /** `file:line`, for a person. */
  readonly place: string;
}

/** The slots that people fill with words of their own; noise must leave these words alone. */
export function freeText(utterance: GoldUtterance): string {
  const texts = utterance.readings.flatMap((reading) =>
    reading.status === 'recognized'
      ? reading.actions.flatMap(({ entities }) =>
          Object.entries(entities).flatMap(([slot, value]) =>
            typeof value === 'string' && !PLACES.has(slot) ? value : [],
          ),
        )
      : [],
  );
  return texts.join(' ');
}
