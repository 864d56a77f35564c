import { wordSet } from '../cautions.ts';
import type { Leanings } from '../leanings.ts';

export const englishLeanings: Leanings = {
  pointers: wordSet(
    // What was named or is seen.
    'it its this that thats these those them they theyre he she him her his hers one ones',
    'there here theres heres same such else rest both either another other others',
    'first second last previous next former latter',
    // What is the case.
    'now again still already also too well instead back undo redo repeat revert restore keep enough',
    'more less brighter darker dimmer louder quieter softer warmer cooler hotter colder higher faster slower',
    'longer shorter bit little slightly further',
    // Who says it.
    'my mine our ours',
  ),
  openers: wordSet('and or but then so also plus no not yes only even because'),
  orders: wordSet(
    'turn turns turning switch switches switching put puts set sets make change adjust give get pop flip',
    'show tell say check read remind note write clean vacuum water call send wake prepare run',
  ),
  measures: wordSet('to for by percent % degrees'),
};
