const ARTICLE = /^(?:the|a|an|my|our) /;
/** What follows one of these belongs to the noun before it: `lamp by the window`. */
const PREPOSITION =
  /(?<=\S) (?=(?:in|on|at|by|of|for|with|under|over|above|below|near|behind|next to|from|to) )/;

/** Plurals that no rule makes, of things in a home. */
const IRREGULAR: Readonly<Record<string, string>> = {
  shelf: 'shelves',
  knife: 'knives',
  half: 'halves',
  child: 'children',
  person: 'people',
  man: 'men',
  woman: 'women',
  foot: 'feet',
  mouse: 'mice',
  loaf: 'loaves',
  leaf: 'leaves',
};
const REGULAR: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(IRREGULAR).map(([one, many]) => [many, one]),
);

/**
 * The forms that an English name takes in a sentence: `ceiling light` gives `ceiling lights` and `ceiling light's`. Its
 * article may be said with any of them, because it means nothing anywhere. Spelling of plurals after R. Quirk et al., "A Comprehensive Grammar of the English Language", 5.80.
 *
 * @param name as written
 * @returns in small letters, the name itself first
 */
export function englishNameForms(name: string): readonly string[] {
  const whole = name.normalize('NFC').toLowerCase().trim().replace(/\s+/g, ' ');
  const plain = whole.replace(ARTICLE, '');
  const [start = '', ...rest] = plain.split(PREPOSITION);
  const at = start.lastIndexOf(' ') + 1;
  const forms = headForms(start.slice(at)).map((head) => [start.slice(0, at) + head, ...rest].join(' '));
  return [...new Set([whole, ...forms])];
}

/** One and many of it, and what is its own. */
function headForms(head: string): readonly string[] {
  if (!/^\p{L}{2,}$/u.test(head)) return [head];
  const other = numberOther(head);
  return [head, ...other, `${head}'s`];
}

function numberOther(word: string): readonly string[] {
  if (Object.hasOwn(IRREGULAR, word)) return [IRREGULAR[word] ?? word];
  if (Object.hasOwn(REGULAR, word)) return [REGULAR[word] ?? word];
  if (/[^aeious]ies$/.test(word)) return [`${word.slice(0, -3)}y`];
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return [word.slice(0, -2), word.slice(0, -1)];
  if (/[^siu]s$/.test(word)) return [word.slice(0, -1)];
  if (/[^aeiou]y$/.test(word)) return [`${word.slice(0, -1)}ies`];
  return [/(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`];
}
