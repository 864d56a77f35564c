/** Who asked: the user, else the room, else `unknown`. */
export function originOf({
  user,
  room,
}: {
  readonly user?: string | undefined;
  readonly room?: string | undefined;
}): string {
  return user ?? room ?? 'unknown';
}
