/**
 * How the end of a Polish stem changes before an ending. After the chapters on alternations (oboczności) in
 * A. Nagórko, "Zarys gramatyki polskiej", and M. Bańko, "Wykłady z polskiej fleksji".
 */

const CONSONANT = '[^aeiouyąęó]';
/** Consonants that are, or once were, soft: they take -u, -i or -y where hard ones take -e. */
const SOFT = /(?:sz|cz|rz|dz|dż|[ćśńźżljci])$/;
const ENDS_IN_K_OR_G = /[kg]$/;
const VELAR = /(?:[kgh]|ch)$/;

export const isSoft = (stem: string): boolean => SOFT.test(stem);
export const endsInKOrG = (stem: string): boolean => ENDS_IN_K_OR_G.test(stem);
export const isVelar = (stem: string): boolean => VELAR.test(stem);

/** The end of a hard stem before the -e of the dative and locative; longer ends first. */
const BEFORE_E: readonly (readonly [end: string, softened: string])[] = [
  ['st', 'ście'],
  ['zd', 'ździe'],
  ['sł', 'śle'],
  ['zł', 'źle'],
  ['sn', 'śnie'],
  ['zn', 'źnie'],
  ['sm', 'śmie'],
  ['ch', 'sze'],
  ['k', 'ce'],
  ['g', 'dze'],
  ['r', 'rze'],
  ['ł', 'le'],
  ['t', 'cie'],
  ['d', 'dzie'],
  ['x', 'ksie'],
  ['h', 'sze'],
  ['b', 'bie'],
  ['p', 'pie'],
  ['w', 'wie'],
  ['v', 'vie'],
  ['f', 'fie'],
  ['m', 'mie'],
  ['n', 'nie'],
  ['s', 'sie'],
  ['z', 'zie'],
];

/** `lampa` – `lampie`, `biurko` – `biurce`; where the vowel may change too, both: `podjazd` – `podjeździe`. */
export function beforeE(stem: string): readonly string[] {
  const found = BEFORE_E.find(([end]) => stem.endsWith(end));
  if (!found) return [`${stem}e`];
  const [end, softened] = found;
  const start = stem.slice(0, stem.length - end.length);
  const turned = start.replace(/([ij])a(t?)$/, '$1e$2');
  return [...new Set([start + softened, turned + softened])];
}

/** `Poznań` – `Poznani-`: a soft consonant is written with an i before a vowel. */
export function withI(stem: string): string {
  const written: Readonly<Record<string, string>> = { ć: 'ci', ś: 'si', ń: 'ni', ź: 'zi' };
  return stem.replace(/[ćśńź]$/, (consonant) => written[consonant] ?? consonant);
}

/** `wejści-` – `wejść`, `oświetleni-` – `oświetleń`: the other way round, where no vowel follows. */
export function withoutI(stem: string): string {
  const written: Readonly<Record<string, string>> = {
    ści: 'ść',
    ździ: 'źdź',
    dzi: 'dź',
    ci: 'ć',
    si: 'ś',
    ni: 'ń',
    zi: 'ź',
  };
  return stem.replace(/(?:ści|ździ|dzi|[csnz]i)$/, (end) => written[end] ?? end).replace(/i$/, '');
}

const O_CLOSED = new RegExp(`ó(?=${CONSONANT}{1,2}$)`);
const E_CLOSED = new RegExp(`ą(?=${CONSONANT}{1,2}$)`);

/** `ogród` – `ogrod-`, `ząb` – `zęb-`: vowels that close in the last syllable only. `wyciąg` keeps its ą. */
export function openedStems(word: string): readonly string[] {
  const open = word.replace(O_CLOSED, 'o');
  return [...new Set([open, open.replace(E_CLOSED, 'ę')])];
}

/** Ends of masculine nouns whose e or o flees before an ending: `zamek` – `zamk-`, `kocioł` – `kotł-`. */
const FLEETING: readonly (readonly [end: RegExp, without: string])[] = [
  [/cioł$/, 'tł'],
  [/zioł$/, 'zł'],
  [/ek$/, 'k'],
  [/iec$/, 'c'],
  [/rzec$/, 'rc'],
  [/ec$/, 'c'],
  [/(?<=[kg])iel$/, 'l'],
  [/(?<=b)el$/, 'l'],
  [/(?<=[kg])ier$/, 'r'],
  [/rzeł$/, 'rł'],
  [/eł$/, 'ł'],
  [/ień$/, 'ń'],
  [/eń$/, 'ń'],
];
const SYLLABLE = /[aeiouyąęó]/;

/** The stems before an ending that a masculine noun may have: of `zamek` `zamk-`, of `pierścień` both. */
export function masculineStems(word: string): readonly string[] {
  const fleeting = FLEETING.find(([end]) => end.test(word));
  if (!fleeting) return openedStems(word);
  const [end, without] = fleeting;
  const shortened = word.replace(end, without);
  // Piec, lek: the vowel that the word lives on does not flee. -ek after a consonant always does.
  if (!SYLLABLE.test(shortened) || /[aeiouyąęó].$/.test(shortened)) return [word];
  return end.source === 'ek$' || end.source === 'iec$' ? [shortened] : [shortened, word];
}

const CLUSTER = new RegExp(`^(.*${CONSONANT})(${CONSONANT})$`);
const O_CLOSING = new RegExp(`o(?=${CONSONANT}$)`);
const DIGRAPH = /(?:sz|cz|rz|dz|ch|dż)$/;

/** Where no ending follows: `lamp`, `okn-` – `okien`, `lampk-` – `lampek`, `świetlówk-` – `świetlówek`. */
export function bareStems(stem: string): readonly string[] {
  const cluster = DIGRAPH.test(stem) ? null : CLUSTER.exec(stem);
  const closed = stem.replace(O_CLOSING, 'ó');
  const [, start = '', last = ''] = cluster ?? [];
  const withE = start && `${withoutHardening(start)}${endsInKOrG(start) ? 'ie' : 'e'}${last}`;
  return [...new Set([stem, closed, withE].filter(Boolean))];
}

/** `łazienk-` – `łazienek`, but `sukienk-` from `suknia`: ń is written so before a consonant only. */
function withoutHardening(start: string): string {
  return start
    .replace(/ń$/, 'ni')
    .replace(/ś$/, 'si')
    .replace(/ź$/, 'zi')
    .replace(/ć$/, 'ci')
    .replace(/i$/, 'i');
}

/** Ends that were probably typed without their marks, and what they decide: `swiatlo`, `Poznan`, `wilgotnosc`. */
const LOST_MARKS: readonly (readonly [end: RegExp, marked: string])[] = [
  [/l(?=[oay]?$)/, 'ł'],
  [/(?<=[aeu])n$/, 'ń'],
  [/osc$/, 'ość'],
];

/** The same word with the marks that its end may have lost; none where the end tells nothing. */
export function withLostMarks(word: string): readonly string[] {
  return LOST_MARKS.filter(([end]) => end.test(word)).map(([end, marked]) => word.replace(end, marked));
}
