import { wordSet } from '../cautions.ts';

/** Who does it, what is the case, where somebody goes or looks. */
const TELLING: ReadonlySet<string> = wordSet(
  'ja ty on ona ono my wy oni one ktos mnie ciebie',
  'jest sa byl byla bylo byli byly bedzie beda jestem jestes jestesmy jestescie to',
  'mam masz ma mamy macie maja mial miala mialo mieli moze moga musi musze musimy',
  'ide idzie idziemy ida jade jedzie jedziemy jada lece leci biegne biegnie wpadam wpada wchodze wchodzi trafil trafia',
  'chodze chodzi chodzimy jezdze jezdzi wrocil wraca wracam poszedl wyszedl pojechal wydal wydam wydaje',
  'zobacz widze widzi widzimy widza',
  'czekam czeka czekamy stoi lezy wisi brakuje potrzeba kosztuje',
  'spojrzal zerknal rzucil napisal wpisal dopisal zapisal dal wzial kupil zapomnial',
);

/** First and second person of the past; its feminine and plural; verbs on -ować and -awać in the present. */
const ENDINGS =
  /[aeiyu]l[ae][ms]$|dl[ae][ms]$|l[iy](?:smy|scie)$|..[aeiy]la$|(?:[aey]|nc|sz|sn)li$|..alo$|szla$|(?:zedl|[aiyo]wal)$|uj[ea](?:sz|my|cie)?$|ujemy$|daj[ae]$/;

/** Looking, in any form. */
const LOOKING = /^(?:po)?patrz|^zerk|^spo[jg]|^(?:za|po)glad/;
/** Behind who did it: "sąsiad zapisał"; alone it may be a thing, "rogal". */
const DID = /..[aeiyu]l$/;

/** Whether the words tell what somebody does or did, as no name of a thing does: "spojrzałem", "jest coś". @param words folded */
export function tellsInPolish(words: readonly string[]): boolean {
  return words.some(
    (word, at) =>
      TELLING.has(word) ||
      LOOKING.test(word) ||
      (word.length > 4 && ENDINGS.test(word)) ||
      (at > 0 && DID.test(word)),
  );
}
