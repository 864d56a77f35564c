import type { Utterance } from '../intent/utterance.ts';
import type { LanguageKnowledge } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { isFurther, transplanted } from './beside.ts';
import type { Reader } from './clause-reader.ts';
import { isValued, type Leaning, namesNothing } from './leaning.ts';
import { isOrderWord } from './order-words.ts';
import { otherOfName, otherOne } from './other-one.ts';
import type { Clause } from './put-together.ts';
import { foldedOf } from './said-words.ts';
import { actionsOf } from './understand.ts';

/** What is gone on from. */
interface GoneOn {
  readonly utterance: Utterance;
  readonly knowledge: LanguageKnowledge;
  readonly reader: Reader;
  readonly bases: readonly Clause[];
}

/** What is to be done for what was said, beside what was said before. */
export function heardIn(leaning: Leaning, going: GoneOn): readonly Clause[] | undefined {
  const { bases, knowledge, utterance } = going;
  const { words } = leaning;
  const other = otherOne(words, going);
  if (other) return [other];
  const heard =
    transplanted(words, going) ??
    transplanted(withoutInnerLinks(words, knowledge), going) ??
    inTwo(words, going);
  if (!heard || isFurther(heard, bases) || leaning.isMore || bases.every(isStepped)) return heard;
  // Where it is may be told of anything.
  if (knowledge.cautions.places.has(words[0]?.folded ?? '')) return heard;
  const isNamed = !namesNothing(utterance) && !words.some(({ folded }) => isOrderWord(folded, knowledge));
  if (
    !isNamed ||
    bases.some(
      ({ understood }) => understood.meaning.status === 'recognized' && understood.meaning.kind === 'query',
    )
  )
    return heard;
  // Nobody asks for the same thing with another name.
  const named = otherOfName(words, going);
  return named && [named];
}

/** "Lewa na osiemdziesiąt" behind "prawa na dwadzieścia": another thing, and another value. */
function inTwo(words: Leaning['words'], { bases, reader, knowledge }: GoneOn): readonly Clause[] | undefined {
  const [base, ...more] = bases;
  const at = words.findIndex(({ folded }, index) => index > 0 && knowledge.leanings?.measures.has(folded));
  if (!base || more.length > 0 || !isValued(foldedOf(words), knowledge)) return undefined;
  const thing = reader.beside(words.slice(0, at), base);
  const whole = thing && reader.beside(words.slice(at), thing);
  return whole && [{ ...whole, when: {} }];
}

/** "Put them back on": what links may stand within, too. */
function withoutInnerLinks(
  words: Leaning['words'],
  { linking }: Pick<LanguageKnowledge, 'linking'>,
): Leaning['words'] {
  const isLink = (at: number): boolean => phraseAt(foldedOf(words), at, linking.links) === 1;
  const left = words.filter((_, at) => !isLink(at));
  return left.length === words.length ? [] : left;
}

export function isStepped({ understood }: Clause): boolean {
  return actionsOf(understood).every(
    ({ intent, entities }) =>
      /volume_(?:up|down)$|(?:in|de)crease/.test(intent) ||
      Object.keys(entities).some((slot) => slot.includes('step')),
  );
}
