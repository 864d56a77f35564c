import { wordSet } from '../cautions.ts';

const TELLING: ReadonlySet<string> = wordSet(
  'i im ive id ill you youre youve he hes she shes we were weve they theyre theyve it its theres thats somebody someone',
  'is are am was were be been being do does did done has have had can could will would should must might may let',
  'put puts wrote write writes written got get gets went goes going gone saw see seen look looks spent spend found ran',
  'made make makes said says tells told thinks thought keeps kept left came comes stays sits stands',
);
/** "Dad looked", but "smoked salmon". */
const LAST_ENDING = /[^e]ed$|[a-z]{3}ing$/;

/** Whether the words tell what somebody does or did, as no name of a thing does. @param words folded */
export function tellsInEnglish(words: readonly string[]): boolean {
  return words.some((word) => TELLING.has(word)) || LAST_ENDING.test(words.at(-1) ?? '');
}
