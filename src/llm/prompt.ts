import { assertNever } from '../intent/assert-never.ts';
import type { Catalogue, CataloguedAction, SlotKind } from '../intent/catalogue.ts';
import { localTime } from '../intent/local-time.ts';
import type { ShortlistEntry } from '../intent/shortlist-entry.ts';
import type { Turn } from '../intent/turn.ts';
import { remembered } from '../remembered.ts';
import { cleanText } from './clean-text.ts';

/** One message of a chat. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a prompt is made of. Everything in it is data that others wrote, and is cleaned here. */
export interface PromptParts {
  readonly said: string;
  /** The room it was said in, as people call it. */
  readonly room?: string;
  /** Lines of what may be picked. */
  readonly choices: Choices['lines'];
  /** The oldest first. */
  readonly turns: readonly Turn[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly timeZone: string;
}

/** Said besides where no schema holds the model to its shape. */
export const SHAPE_REMINDER =
  'Answer as JSON like this: {"kind":"action","picks":[{"id":"c1","slots":[{"name":"…","value":"…"}],"at":null}],"confidence":0.9}';

const HEADINGS = {
  candidates: 'Candidates:',
  slots: 'Slots:',
  earlier: 'Earlier:',
  room: 'Room:',
  now: 'Now:',
  said: 'Said:',
};

const NOTHING_IN_PARTICULAR = '-';

export const LIMITS = {
  /** Longer is no order; what cut it off could turn its sense round, so it is not asked about at all. */
  said: 400,
  label: 60,
  room: 40,
  turn: 200,
  turns: 10,
  candidates: 16,
  /** Characters of the candidates and what their slots take. */
  choices: 850,
  /** Longer lists of values are not told, though still held to. */
  values: 12,
  value: 40,
} as const;

/** How all prompts are laid out. */
export const PROMPT_LAYOUT = [HEADINGS, LIMITS] as const;

/** What a model may choose from, and how it is told. */
export interface Choices {
  readonly candidates: readonly ShortlistEntry[];
  readonly lines: readonly string[];
}

/** As many of the candidates, best first, as a prompt has room for; those that are left out cannot be picked. */
export function fittingChoices(candidates: readonly ShortlistEntry[], catalogue: Catalogue): Choices {
  for (let count = Math.min(candidates.length, LIMITS.candidates); ; count -= 1) {
    const fitting = candidates.slice(0, count);
    const lines = choiceLines(fitting, catalogue);
    if (lines.join('\n').length <= LIMITS.choices) return { candidates: fitting, lines };
  }
}

/** The last message: candidates, what their slots take, then what differs from one moment to the next. */
export function userPrompt({ said, room, choices, turns, now, timeZone }: PromptParts): string {
  const lines = [...choices];
  const recent = turns.slice(-LIMITS.turns);
  if (recent.length > 0) lines.push(HEADINGS.earlier);
  for (const turn of recent) {
    const understood = cleanText(turn.understood, LIMITS.turn);
    lines.push(`«${cleanText(turn.said, LIMITS.turn)}»${understood && ` → «${understood}»`}`);
  }
  const where = room === undefined ? '' : cleanRoom(room);
  if (where) lines.push(`${HEADINGS.room} «${where}»`);
  const { time, weekday } = localTime(now, timeZone);
  lines.push(`${HEADINGS.now} ${weekday} ${time}`, `${HEADINGS.said} «${cleanText(said, LIMITS.said)}»`);
  return lines.join('\n');
}

function choiceLines(candidates: readonly ShortlistEntry[], catalogue: Catalogue): readonly string[] {
  const lines = [HEADINGS.candidates, ...candidateLines(candidates, catalogue)];
  const slots = slotLines(candidates, catalogue);
  return slots.length > 0 ? [...lines, HEADINGS.slots, ...slots] : lines;
}

/** `«lampka nocna, sypialnia»: c1 light.turn_on, c4 light.get_state?`: a line for all that is about one thing. */
function candidateLines(candidates: readonly ShortlistEntry[], catalogue: Catalogue): readonly string[] {
  const about = new Map<string, string>();
  for (const [index, { intent, label }] of candidates.entries()) {
    const thing = cleanLabel(label);
    const before = about.get(thing);
    const mark = catalogue.get(intent)?.kind === 'query' ? '?' : '';
    about.set(thing, `${before === undefined ? '' : `${before}, `}c${index + 1} ${intent}${mark}`);
  }
  return [...about].map(([thing, ids]) => `${thing ? `«${thing}»` : NOTHING_IN_PARTICULAR}: ${ids}`);
}

/** A home has so many names; past that, they are no home's any more. */
const KNOWN_LABELS = 5000;

/** What is offered is called by the same names again and again, and so are rooms. */
const cleanLabel = remembered((label) => cleanText(label, LIMITS.label), { most: KNOWN_LABELS });
const cleanRoom = remembered((room) => cleanText(room, LIMITS.room), { most: KNOWN_LABELS });

const described = new WeakMap<CataloguedAction, readonly string[]>();

/** `c1 c2: brightness_pct 0..100, color_name red|green`: what slots take, once for all candidates that have them. */
function slotLines(candidates: readonly ShortlistEntry[], catalogue: Catalogue): readonly string[] {
  const takers = new Map<string, string>();
  for (const [index, { intent }] of candidates.entries()) {
    const action = catalogue.get(intent);
    if (!action) continue;
    let slots = described.get(action);
    if (!slots) {
      slots = [...action.slots].map(([slot, kinds]) => `${slot} ${describe(kinds)}`);
      described.set(action, slots);
    }
    for (const slot of slots) {
      const before = takers.get(slot);
      takers.set(slot, `${before === undefined ? '' : `${before} `}c${index + 1}`);
    }
  }
  const lines = new Map<string, string>();
  for (const [slot, ids] of takers) {
    const before = lines.get(ids);
    lines.set(ids, before === undefined ? slot : `${before}, ${slot}`);
  }
  return [...lines].map(([ids, slots]) => `${ids}: ${slots}`);
}

/** `0..100`, `red|green`, `HH:MM:SS`, `text`. */
function describe(kinds: readonly SlotKind[]): string {
  const parts = new Set<string>();
  const values = new Set<string>();
  for (const kind of kinds) {
    switch (kind.kind) {
      case 'number':
        parts.add(`${kind.from}..${kind.to}`);
        break;
      case 'duration':
        parts.add('HH:MM:SS');
        break;
      case 'words':
        parts.add('text');
        break;
      case 'value':
        for (const value of kind.values) values.add(cleanText(String(value), LIMITS.value));
        break;
      default:
        assertNever(kind);
    }
  }
  // Examples of what a range or a text takes anyway only cost, and so does a list nobody can read through.
  if (parts.size > 0) return [...parts].join('|');
  return values.size > LIMITS.values ? 'text' : [...values].join('|');
}
