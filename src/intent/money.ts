/** Billionths of a US dollar, always an integer: sums are exact up to nine million dollars. */
export type NanoDollars = number;

export const NANO_DOLLARS_A_DOLLAR = 1_000_000_000;

const DECIMAL = /^(\d{1,6})(?:\.(\d{1,9}))?$/;

/** Reads decimal dollars, `5`, `5.00`, `0.000123`. @returns undefined for anything else, negative amounts among it */
export function parseDollars(text: string): NanoDollars | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, whole = '0', fraction = ''] = match;
  return Number(whole) * NANO_DOLLARS_A_DOLLAR + Number(fraction.padEnd(9, '0'));
}

/** Decimal dollars without needless zeros: `0.000123`, `5`. */
export function formatDollars(amount: NanoDollars): string {
  const sign = amount < 0 ? '-' : '';
  const absolute = Math.abs(amount);
  const whole = Math.floor(absolute / NANO_DOLLARS_A_DOLLAR);
  const fraction = String(absolute % NANO_DOLLARS_A_DOLLAR)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign}${whole}${fraction && `.${fraction}`}`;
}
