/**
 * Remembers what was found for each key. All is forgotten at once when it has become too much: what comes again is soon known
 * again.
 *
 * @param find pure
 * @param most keys remembered
 */
export function remembered<Found>(
  find: (key: string) => Found,
  { most }: { readonly most: number },
): (key: string) => Found {
  const known = new Map<string, Found>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before as Found;
    const found = find(key);
    if (known.size >= most) known.clear();
    known.set(key, found);
    return found;
  };
}
