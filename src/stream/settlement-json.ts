/** What is told about one entry to the script that settles: its kind, its id and the fields to write. */
export type SettlementRow = readonly [kind: string, id: string, fields: readonly string[]];

/**
 * Rows as JSON, as the script reads them. Answers are alike, so a number stands for that many fields which are what
 * stood in their places last; the names and constants of each anew would be most of what is sent.
 * Half of a surrogate pair, which Redis's JSON refuses and UTF-8 has no form for, becomes U+FFFD.
 */
export function settlementJson(rows: readonly SettlementRow[]): Buffer {
  const last: string[] = [];
  const short = rows.map(([kind, id, fields]) => abbreviate(fields, { last, into: [kind, id] }));
  const json = JSON.stringify(short);
  // JSON.stringify escapes such halves, and so gives them away.
  if (!json.includes('\\ud')) return Buffer.from(json);
  return Buffer.from(JSON.stringify(short.map((row) => row.map(wellFormed))));
}

/** @param last what stood in each place last; brought up to date */
function abbreviate(
  fields: readonly string[],
  { last, into }: { last: string[]; into: (string | number)[] },
): (string | number)[] {
  let same = 0;
  for (let place = 0; place < fields.length; place += 1) {
    const field = fields[place] as string;
    if (field === last[place]) {
      same += 1;
      continue;
    }
    if (same > 0) into.push(same);
    same = 0;
    into.push(field);
    last[place] = field;
  }
  if (same > 0) into.push(same);
  return into;
}

function wellFormed(part: string | number): string | number {
  return typeof part === 'string' ? part.toWellFormed() : part;
}
