/**
 * The fields of an entry by their names; where a name comes twice, its last value.
 *
 * @param flat names and values, alternating, as Redis answers `XRANGE`
 */
export function toFields(flat: readonly string[]): Readonly<Record<string, string>> {
  // Without what every object inherits: a sender may call a field anything.
  const fields: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < flat.length; index += 2) {
    fields[flat[index] as string] = flat[index + 1] as string;
  }
  return fields;
}
