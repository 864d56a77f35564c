const MARKS = /\p{M}+/gu;
/** Latin letters and signs, composed, and the plain space. */
const COMPOSED = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u017f]*$/;
const SPACES = / {2,}/g;
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
  return foldLatin(lower) ?? foldAny(lower);
}

/** @param lower in small letters */
function foldAny(lower: string): string {
  // ł is a letter of its own to Unicode, so taking marks off does not reach it.
  return lower.normalize('NFD').replace(MARKS, '').replaceAll('ł', 'l');
}

/** What each of the first characters becomes; most texts are made of them. */
const LATIN = Array.from({ length: 0x180 }, (_, code) => foldAny(String.fromCharCode(code)));

/** As `foldAny`, in a fraction of its time; undefined where other characters are in the text. */
function foldLatin(lower: string): string | undefined {
  let folded = '';
  let from = 0;
  for (let at = 0; at < lower.length; at++) {
    const code = lower.charCodeAt(at);
    if (code < 0x80) continue;
    const plain = LATIN[code];
    if (plain === undefined) return undefined;
    folded += lower.slice(from, at) + plain;
    from = at + 1;
  }
  return folded + lower.slice(from);
}

/** The text in NFC on one line, with single spaces and nothing invisible; case and diacritics kept. */
export function collapse(text: string): string {
  if (COMPOSED.test(text)) return text.replace(SPACES, ' ').trim();
  return text.toWellFormed().normalize('NFC').replace(GAPS, ' ').trim();
}
