/** Rows as CSV (RFC 4180), with a head of their names. What a spreadsheet would take for a formula is text. */
export function toCsv(
  names: readonly string[],
  rows: readonly Readonly<Record<string, string | number | null>>[],
): string {
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name] ?? '')))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isFormula = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value);
  const text = isFormula ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
