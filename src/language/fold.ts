const MARKS = /\p{M}+/gu;
const ASCII = /^[\x20-\x7e]*$/;
/** White space, control and format characters: whatever is not seen but would part words or hide in them. */
const GAPS = /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/**
 * Lower case without diacritics: `Łóżko` becomes `lozko`. Speech recognition loses both, so nothing is matched by
 * them. Safe for any string, lone surrogates included.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  // ł is a letter of its own to Unicode, so taking marks off does not reach it.
  return lower.normalize('NFD').replace(MARKS, '').replaceAll('ł', 'l');
}

/** The text in NFC on one line, with single spaces and nothing invisible; case and diacritics kept. */
export function collapse(text: string): string {
  return text.toWellFormed().normalize('NFC').replace(GAPS, ' ').trim();
}
