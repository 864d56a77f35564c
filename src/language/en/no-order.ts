import { fold } from '../fold.ts';

/** "The light's off": here 's is "is", though without its apostrophe it looks like several lights; "let's" is an order. */
const TELLS =
  /(?<!\blet)['’]s (?:(?:all|already|always|now|still) )?(?:on|off|out|up|down|open|closed|shut|locked|unlocked)\b/;

/** @param text as it was written */
export function isNoEnglishOrder(text: string): boolean {
  return TELLS.test(fold(text));
}
