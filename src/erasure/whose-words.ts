/** Whose words are to be erased: a room's, by any of its names, or a user's. */
export type Whose = { readonly room: string } | { readonly user: string };

/** How deep a transcript may be wrapped: the payload of a dead letter holds an envelope that holds its metadata. */
const DEEPEST = 8;

/**
 * Whether something that is kept names the room or the user, in whatever shape: as a field, or within JSON in a field. In
 * doubt it does: a slot that is called `room` counts as well.
 *
 * @param isSameRoom whether two names mean one room
 */
export function createNames(
  whose: Whose,
  isSameRoom: (one: string, other: string) => boolean,
): (kept: unknown) => boolean {
  const isNamed = (field: string, value: string): boolean => {
    if ('room' in whose) return field === 'room' && isSameRoom(value, whose.room);
    return field === 'user' && value === whose.user;
  };
  const names = (kept: unknown, depth: number): boolean => {
    if (depth > DEEPEST) return false;
    if (typeof kept === 'string') return /^\s*[[{]/.test(kept) && names(parsed(kept), depth + 1);
    if (typeof kept !== 'object' || kept === null) return false;
    return Object.entries(kept).some(
      ([field, value]: [string, unknown]) =>
        (typeof value === 'string' && isNamed(field, value)) || names(value, depth + 1),
    );
  };
  return (kept) => names(kept, 0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
