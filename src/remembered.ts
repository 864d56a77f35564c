/**
 * Remembers what was found for each key, word for word; results are shared, and nobody may change them. All is forgotten at once
 * when it has become too much: what comes again is soon known again.
 *
 * @param find pure
 * @param most keys remembered
 * @param briefly only until the event loop turns: for what people said, which no memory may keep
 */
export function remembered<Found>(
  find: (key: string) => Found,
  { most, briefly = false }: { readonly most: number; readonly briefly?: boolean },
): (key: string) => Found {
  const known = new Map<string, Found>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before as Found;
    const found = find(key);
    if (known.size >= most) known.clear();
    if (briefly && known.size === 0) setImmediate(() => known.clear());
    known.set(briefly ? key : copyOf(key), found);
    return found;
  };
}

/** Characters from which V8 cuts a text without copying it (`SlicedString::kMinLength`). */
const LEAST_CUT = 13;

/** What was cut from a longer text keeps the whole of it in memory; a copy keeps only itself. */
function copyOf(text: string): string {
  return text.length < LEAST_CUT ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
