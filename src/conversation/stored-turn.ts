import { z } from 'zod';
import type { PastTurn } from '../intent/turn.ts';
import { storedAction } from './stored-action.ts';

/** A turn as it is remembered: what was said, what was understood of it, and where. */
export interface StoredTurn extends PastTurn {
  /** Counted by who wrote it: rules answer several in one millisecond. */
  readonly nth: number;
  readonly room?: string;
}

/** What stands before the turn for a script to read, for nobody is `-`. */
export interface TurnMarks {
  readonly room?: string;
  readonly user?: string;
}

const stored = z.object({
  said: z.string(),
  nth: z.number(),
  actions: z.array(storedAction),
  query: storedAction.optional(),
  room: z.string().optional(),
});

/** `<at> <room's name> <user's name> <JSON>`: the scripts read the first three. */
export function encodeTurn({ said, nth, actions, query, at, room }: StoredTurn, marks: TurnMarks): string {
  const turn = JSON.stringify({
    said,
    nth,
    actions,
    ...(query && { query }),
    ...(room !== undefined && { room }),
  });
  return `${at} ${marks.room ?? '-'} ${marks.user ?? '-'} ${turn}`;
}

/** @returns undefined for what we would not have written */
export function decodeTurn(text: string): StoredTurn | undefined {
  const match = /^(\d{1,16}) \S+ \S+ (.+)$/s.exec(text);
  if (!match) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(match[2] ?? '');
  } catch {
    return undefined;
  }
  const parsed = stored.safeParse(value);
  if (!parsed.success) return undefined;
  const { said, nth, actions, query, room } = parsed.data;
  return {
    ...{ said, nth },
    actions,
    ...(query && { query }),
    at: Number(match[1]),
    ...(room !== undefined && { room }),
  };
}
