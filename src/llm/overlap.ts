import type { Message } from './prompt.ts';
import type { Reply } from './reply.ts';

/** What a prompt offers, read back from its text. */
interface Offer {
  readonly id: string;
  readonly isQuestion: boolean;
  readonly words: readonly string[];
}

const THING = /^(?:«(.*)»|-): (c\d+ .+)$/;
const RANGE = /(\w+) (-?[\d.]+)\.\.(-?[\d.]+)/g;
const AND = /\s+(?:i|oraz|potem|and|then)\s+/i;
/** From so many letters on, the same beginning makes two words one. */
const STEM = 4;

const UNCLEAR: Reply = { kind: 'unclear', picks: [], confidence: 0.5 };

/**
 * Answers a prompt by its words alone: the candidate that shares most words with what was said, the first of equals. What
 * the mock does in place of understanding; it knows neither the home nor the language. Told that an answer was wrong, for
 * something was asked for later or is turned round, it knows no better one.
 */
export function replyByOverlap(messages: readonly Pick<Message, 'content'>[]): Reply {
  const prompt = messages.findLast(({ content }) => content.startsWith('Candidates:'));
  if (!prompt || prompt !== messages.at(-1)) return UNCLEAR;
  const lines = prompt.content.split('\n');
  const offers = lines.flatMap(offersOf);
  const said = /^Said: «(.*)»$/.exec(lines.findLast((line) => line.startsWith('Said:')) ?? '')?.[1] ?? '';
  const picked = said.split(AND).flatMap((clause) => {
    const best = bestOffer(offers, clause);
    return best ? [{ offer: best, clause }] : [];
  });
  const questions = picked.filter(({ offer }) => offer.isQuestion);
  const kept = questions.length > 0 ? questions.slice(0, 1) : picked;
  if (kept.length === 0) return UNCLEAR;
  return {
    kind: questions.length > 0 ? 'query' : 'action',
    picks: kept.map(({ offer: { id }, clause }) => ({
      id,
      at: null,
      slots: numbersOf(lines, { id, clause }),
    })),
    confidence: 0.5,
  };
}

function offersOf(line: string): Offer[] {
  const [, label = '', candidates] = THING.exec(line) ?? [];
  return (candidates ?? '').split(', ').flatMap((candidate) => {
    const [, id, intent, mark] = /^(c\d+) ([\w.]+)(\??)$/.exec(candidate) ?? [];
    if (id === undefined || intent === undefined) return [];
    return [{ id, isQuestion: mark === '?', words: wordsOf(`${label} ${intent.replaceAll(/[._]/g, ' ')}`) }];
  });
}

function bestOffer(offers: readonly Offer[], clause: string): Offer | undefined {
  const words = wordsOf(clause);
  const isQuestion = clause.includes('?');
  let best: Offer | undefined;
  let most = 0;
  const inOrder = offers.toSorted((one, other) => Number(one.id.slice(1)) - Number(other.id.slice(1)));
  for (const offer of inOrder) {
    const shared = words.filter((word) => offer.words.some((other) => isAlike(word, other))).length;
    const score = shared === 0 ? 0 : shared + (offer.isQuestion === isQuestion ? 0.5 : 0);
    if (score > most) {
      best = offer;
      most = score;
    }
  }
  return best;
}

/** A number that was said goes into the first slot that takes it. */
function numbersOf(
  lines: readonly string[],
  { id, clause }: { readonly id: string; readonly clause: string },
): Reply['picks'][number]['slots'] {
  const number = /\d+/.exec(clause)?.[0];
  if (number === undefined) return [];
  for (const line of lines) {
    const [, ids = '', slots = ''] = /^(c\d+(?: c\d+)*): (.+)$/.exec(line) ?? [];
    if (!ids.split(' ').includes(id)) continue;
    for (const [, name = '', from, to] of slots.matchAll(RANGE)) {
      if (Number(number) >= Number(from) && Number(number) <= Number(to)) return [{ name, value: number }];
    }
  }
  return [];
}

function wordsOf(text: string): readonly string[] {
  const plain = text.toLowerCase().replaceAll('ł', 'l').normalize('NFD').replaceAll(/\p{M}/gu, '');
  return plain.match(/[\p{L}\p{N}]{2,}/gu) ?? [];
}

function isAlike(one: string, other: string): boolean {
  return (
    one === other ||
    (one.length >= STEM && other.length >= STEM && one.slice(0, STEM) === other.slice(0, STEM))
  );
}
