import { z } from 'zod';
import type { Turn } from '../intent/turn.ts';

/** A turn with where it was said. */
export interface StoredTurn extends Turn {
  readonly room?: string;
}

/** What stands before the turn for a script to read, for nobody is `-`. */
export interface TurnMarks {
  readonly room?: string;
  readonly user?: string;
}

const stored = z.strictObject({
  said: z.string(),
  understood: z.string(),
  room: z.string().optional(),
});

/** `<at> <room's name> <user's name> <JSON>`: the scripts read the first three. */
export function encodeTurn({ said, understood, at, room }: StoredTurn, marks: TurnMarks): string {
  const turn = JSON.stringify({ said, understood, ...(room !== undefined && { room }) });
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
  const { said, understood, room } = parsed.data;
  return { said, understood, at: Number(match[1]), ...(room !== undefined && { room }) };
}
