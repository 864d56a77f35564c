import { doneTo } from '../intent/place-slots.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { createReader } from './clause-reader.ts';
import { mayBeOrders } from './compose.ts';
import type { Touched } from './excepted.ts';
import { isOrderWord } from './order-words.ts';
import { type Composed, putTogether } from './put-together.ts';
import { foldedOf, saidWords } from './said-words.ts';
import { textOf } from './transplant.ts';
import { onlyActionOf, type Understand, withActions } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/**
 * Understands an order about one thing, and another about the rest of its kind in the same room: "przyciemnij lampę
 * stojącą i resztę zgaś".
 */
export function theRest(
  utterance: Utterance,
  { understand, touched, now, zone }: { understand: Understand; touched: Touched; now: number; zone: string },
): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  const { linking, fillers, phrases } = knowledge;
  const words = saidWords(utterance.text);
  const said = foldedOf(words);
  const at = said.findIndex((_, index) => index > 0 && phraseAt(said, index, linking.rests) > 0);
  const join = said.findLastIndex((_, index) => index < at && phraseAt(said, index, linking.joins) > 0);
  if (join <= 0 || !mayBeOrders(utterance.text, words, knowledge)) return undefined;
  const behind = at + phraseAt(said, at, linking.rests);
  const order = [...words.slice(join + phraseAt(said, join, linking.joins), at), ...words.slice(behind)];
  const ordered = withoutFillers(foldedOf(order), fillers);
  if (ordered.length === 0 || !ordered.every((word) => isOrderWord(word, knowledge))) return undefined;

  const reader = createReader(utterance, { understand, knowledge });
  const first = reader.firstOf([withoutLinks(words.slice(0, join), knowledge)]);
  const action = onlyActionOf(first?.understood);
  const [domain = ''] = action?.intent.split('.') ?? [];
  const kind = Object.hasOwn(linking.kindsOfRest, domain) ? linking.kindsOfRest[domain] : undefined;
  const area = action?.entities['area'];
  if (!first || !action || kind === undefined || typeof area !== 'string') return undefined;
  const all = understand({ ...utterance, room: area, text: `${textOf(order)} ${kind}` });
  const other = onlyActionOf(all);
  if (!all || other?.entities['area'] !== area || other.intent.split('.')[0] !== domain) return undefined;
  const named = new Set(touched(action).map(({ id }) => id));
  const rest = touched(other).filter(({ id }) => !named.has(id));
  if (named.size === 0 || rest.length === 0) return undefined;
  const ids = rest.map(({ id }) => id);
  const understood = withActions(all, [doneTo(other, ids)]);
  return putTogether(
    [
      { ...first, when: {} },
      { words: order, understood, when: {} },
    ],
    { now, zone, phrases },
  );
}
