import { wordSet } from '../cautions.ts';
import { fold } from '../fold.ts';
import { foldedWords } from '../words.ts';
import { polishCautions } from './cautions.ts';
import { polishImperatives } from './directions.ts';

/**
 * "Już możesz otworzyć": leave is given to somebody; "możesz otworzyć" alone is a polite order, and so it is behind thanks
 * for what was done before.
 */
const TELLS =
  /(?<!\b(?:dzieki|dziekuje)\b[ ,.!]*)\b(?:juz|teraz) (?:mozesz|mozecie|mozna|da sie)\b|\b(?:mozna|da sie) (?:juz|teraz)\b/;
/** A question by its sign. */
const ASKS = /\?[\s"'”’)]*$/;
/** How one asks for something, and imperatives that go no way: words of an order whatever sign ends it. */
const ORDERS: ReadonlySet<string> = wordSet(
  'prosze poprosze prosimy poprosimy mozna da mozesz mozecie zechcesz zechcecie',
  'zebys abys daloby dobra dobrze okej ok',
  'swiec swieccie swiecmy swiecze stop ustaw przestaw nastaw zmien zrob daj dawaj dopisz wpisz dorzuc skresl wykresl odhacz',
  'odkurz posprzataj przelacz przypomnij oglos powiedz podlej kontynuuj wygas nagrzej ogrzej rozgrzej',
);

/** "Zapaliłbyś", "prosiłabym o". */
const POLITE = /l[ai]?by(?:s|m|scie|smy)$/;

/** @param text as it was written */
export function isNoPolishOrder(text: string): boolean {
  if (TELLS.test(fold(text))) return true;
  return (
    ASKS.test(text) &&
    !foldedWords(text).some((word) => ORDERS.has(word) || polishImperatives.has(word) || POLITE.test(word))
  );
}

/** "Czy możesz", "czy zechciałbyś", "czy byłaby możliwość": of questions only those that begin with "czy" can be orders. */
const ASKED_FOR: ReadonlySet<string> = wordSet(
  'mozesz mozecie zechcesz zechcecie mozna prosic poprosic bylaby byloby',
);

/** @param words folded, without fillers */
export function asksInPolish(words: readonly string[]): boolean {
  const [first = ''] = words;
  if (!polishCautions.questions.has(first)) return false;
  return first !== 'czy' || !words.some((word) => ASKED_FOR.has(word) || POLITE.test(word));
}
