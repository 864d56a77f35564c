import { fold } from '../fold.ts';
import { englishCautions } from './cautions.ts';

/** "The light's off": here 's is "is", though without its apostrophe it looks like several lights; "let's" is an order. */
const TELLS =
  /(?<!\blet)['’]s (?:(?:all|already|always|now|still) )?(?:on|off|out|up|down|open|closed|shut|locked|unlocked)\b/;
/** "Stop turning off the lights"; but "stop opening the blinds" is an order to one that moves. */
const ENOUGH = /\bstop (?:turning|switching|putting)\b/;
const ASKS = /\?[\s"'”’)]*$/;
/** Words of an order whatever sign ends it. Not "open" and the like: "front door open?" asks. */
const ORDERS =
  /\b(?:please|(?:can|could|would|will) you|(?:can|could) we (?:get|have)|turn|switch|put|set|make|dim|brighten|change|adjust|start|stop|play|pause|skip|mute|raise|lower|lock|unlock|add|remind|let's)\b/;

/** @param text as it was written */
export function isNoEnglishOrder(text: string): boolean {
  const folded = fold(text);
  return TELLS.test(folded) || ENOUGH.test(folded) || (ASKS.test(folded) && !ORDERS.test(folded));
}

/** "Do you think you could", "is it possible to", "is there any way to". */
const POLITE = /^(?:do you (?:think|mind)|is it possible|is there (?:a|any) (?:way|chance))\b/;

/** @param words folded, without fillers */
export function asksInEnglish(words: readonly string[]): boolean {
  return englishCautions.questions.has(words[0] ?? '') && !POLITE.test(words.join(' '));
}
