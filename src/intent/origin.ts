/** Characters of a name that are kept: whoever sends a longer one is told apart by its beginning. */
const LONGEST = 100;

/** Who asked, as money and limits are told apart: the user, else the room, else `unknown`. */
export function originOf({
  user,
  room,
}: {
  readonly user?: string | undefined;
  readonly room?: string | undefined;
}): string {
  // A name becomes a field of Redis and a line of a report: it has no control characters.
  const name = (user ?? room ?? '').replaceAll(/\p{Cc}+/gu, ' ').trim();
  // Half a character would come back from Redis as another one.
  return name.slice(0, LONGEST).toWellFormed() || 'unknown';
}
