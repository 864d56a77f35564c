import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Questions } from '../conversation/questions.ts';
import type { Delivery, Question } from '../intent/question.ts';
import type { RecogniseContext } from '../intent/recognise.ts';
import type { Action, Meaning } from '../intent/recognition.ts';
import type { Language, Utterance } from '../intent/utterance.ts';
import type { AnswerWords } from '../language/answer-words.ts';
import type { Answer } from '../language/answers.ts';
import type { Phrases } from '../language/phrases.ts';
import type { Choice, Chooser } from '../lexicon/choose.ts';

/** What words are as an answer to something that was asked. */
export type Reply =
  /** What was meant; policy still has to decide about it. @property said with the words of the order, where they are known */
  | { readonly kind: 'answer'; readonly meaning: Meaning; readonly said?: string }
  /** Exactly what was asked about, and it was wanted. Policy has asked, and may still deny. */
  | { readonly kind: 'confirmed'; readonly meaning: Meaning; readonly said?: string }
  /** A yes or a no, and nothing was asked: nobody is to read an order out of it. */
  | { readonly kind: 'not asked'; readonly meaning: Meaning };

/** Asking back, and hearing the answer. */
export interface Asking {
  /**
   * Understands what can only be understood because something was asked. Synchronous for all that can be no answer.
   *
   * @returns undefined for what is none; never rejects, and does not take long
   */
  reply(utterance: Utterance, context: RecogniseContext): Promise<Reply | undefined> | undefined;
  /**
   * Hears what became of something that was no answer. Where that asks, the question is kept before anybody hears it;
   * where it was understood, what was asked before is over.
   *
   * @param undecided what was understood, before policy
   * @returns what to publish: where no answer could be taken, it says so
   */
  heard(
    meaning: Meaning,
    told: {
      readonly undecided: Meaning;
      readonly utterance: Utterance;
      /** All words that it took. */
      readonly said: string;
      readonly context: RecogniseContext;
    },
  ): Meaning | Promise<Meaning>;
}

/**
 * What became of a question. It is asked `nowhere` where nobody knows the room, and `not_kept` where Redis does not take
 * it: no answer will be heard then.
 */
export type QuestionOutcome = 'asked' | 'nowhere' | 'not_kept' | 'confirmed' | 'chosen' | 'declined';

/** What the talk is about in words. */
export interface AskingWords {
  readonly read: (utterance: Utterance) => Answer | undefined;
  readonly answersIn: (
    language: Language,
  ) => { readonly language: Language; readonly words: AnswerWords } | undefined;
  /** The ways that words go. */
  readonly waysIn: (utterance: Utterance) => readonly string[];
  /** Whether what stands behind a yes says nothing but what was asked about. */
  readonly saysNoMore: (rest: readonly string[], language: Language, ways: readonly string[]) => boolean;
  /** What the rules make of words by themselves: they may be the order again, that was asked about. */
  readonly understand: (utterance: Utterance) => Meaning | undefined;
  /** What taking something back means where nothing is asked; undefined where nothing that was said is still to come. */
  readonly takeBack: (utterance: Utterance) => Meaning | undefined | Promise<Meaning | undefined>;
  readonly choose: Chooser;
  readonly phrases: (language: Language) => Phrases;
  /** What to say to actions that were chosen, when they are done too. */
  readonly responseTo: (actions: readonly Action[], language: Language) => string;
  /** The question which of several is meant. */
  readonly askWhich: (phrases: Phrases, labels: readonly string[]) => string;
}

/**
 * @param happened told what becomes of questions. @param question its id
 */
export function createAsking({
  questions,
  words,
  happened,
}: {
  questions: Questions;
  words: AskingWords;
  happened: (outcome: QuestionOutcome, about: { question: Question; utterance: Utterance }) => void;
}): Asking {
  async function replyTo(
    answer: Answer,
    utterance: Utterance,
    delivery: Delivery,
  ): Promise<Reply | undefined> {
    const phrases = words.phrases(utterance.language);
    const waiting = await questions.waitingFor(utterance, delivery);
    const { answered, open } = waiting ?? {};
    const question = answered ?? open;
    if (!question) {
      if (!isPlain(answer)) return undefined;
      if (answer.kind === 'nevermind') {
        return { kind: 'answer', meaning: (await words.takeBack(utterance)) ?? nothing(phrases) };
      }
      const responseText = waiting ? phrases.nothingAsked : phrases.cannotAsk;
      return { kind: 'not asked', meaning: { status: 'unclear', responseText } };
    }
    const reply = understand(answer, question, utterance);
    if (!reply) {
      if (endsIt(answer, question)) questions.drop(utterance);
      return undefined;
    }
    if (reply.outcome === undefined) return reply;
    if (!answered) {
      const isOurs = await questions.claim(question, utterance, delivery);
      if (isOurs === undefined) {
        return {
          kind: 'not asked',
          meaning: { status: 'unclear', responseText: phrases.cannotAsk },
        };
      }
      if (!isOurs) {
        if (!isPlain(answer)) return undefined;
        return { kind: 'not asked', meaning: { status: 'unclear', responseText: phrases.nothingAsked } };
      }
    }
    happened(reply.outcome, { question, utterance });
    return reply;
  }

  /** @returns undefined for what is no answer to this question; without an outcome, the question stays open */
  function understand(
    answer: Answer,
    question: Question,
    utterance: Utterance,
  ): (Reply & { readonly outcome?: QuestionOutcome }) | undefined {
    const { language } = utterance;
    const phrases = words.phrases(language);
    switch (answer.kind) {
      case 'no':
      case 'nevermind':
        return { kind: 'answer', meaning: nothing(phrases), outcome: 'declined' };
      case 'yes':
        if (question.kind === 'choose') {
          if (answer.rest.length > 0) return undefined;
          return { kind: 'not asked', meaning: { status: 'unclear', responseText: question.text } };
        }
        if (!saysAgain(answer.rest, question, utterance)) return undefined;
        return {
          ...{ kind: 'confirmed', meaning: wanted(question), outcome: 'confirmed' },
          ...(question.said !== undefined && { said: question.said }),
        };
      case 'choice': {
        if (question.kind !== 'choose') return undefined;
        const known = words.answersIn(language);
        const choice =
          known &&
          words.choose(answer.words, {
            candidates: question.candidates,
            language: known.language,
            answers: known.words,
          });
        if (!choice) return undefined;
        return {
          ...{ kind: 'answer', meaning: chosen(choice, question, utterance), outcome: 'chosen' },
          ...(question.said !== undefined && { said: `${question.said} ${utterance.text}` }),
        };
      }
      case 'objection':
        return undefined;
    }
  }

  /** "Tak, otwórz", "tak, otwórz drzwi wejściowe": nothing but what was asked about. */
  function saysAgain(
    rest: readonly string[],
    { ways, actions }: Extract<Question, { kind: 'confirm' }>,
    utterance: Utterance,
  ): boolean {
    if (words.saysNoMore(rest, utterance.language, ways)) return true;
    const order = words.understand({ ...utterance, text: rest.join(' ') });
    return (
      order?.status === 'recognized' &&
      order.kind === 'action' &&
      order.isMended !== true &&
      isDeepStrictEqual(order.actions, actions)
    );
  }

  function chosen(
    { kind, candidates }: Choice,
    { confidence, isQuery }: Extract<Question, { kind: 'choose' }>,
    { language }: Utterance,
  ): Meaning {
    if (kind === 'narrowed') {
      const labels = [...new Set(candidates.map(({ label }) => label))];
      const responseText = words.askWhich(words.phrases(language), labels);
      return { status: 'ambiguous', candidates, ...(isQuery && { isQuery }), confidence, responseText };
    }
    const actions = candidates.map(({ label: _, ...action }): Action => action);
    const [only] = actions;
    const responseText = words.responseTo(actions, language);
    if (isQuery && only) {
      return { status: 'recognized', kind: 'query', query: only, confidence, responseText };
    }
    return {
      ...{ status: 'recognized', kind: 'action', actions, confidence },
      ...{ requiresConfirmation: false, responseText },
    };
  }

  async function keep(
    question: Question,
    meaning: Exclude<Meaning, { status: 'expired' }>,
    utterance: Utterance,
    delivery: Delivery,
  ): Promise<Meaning> {
    const phrases = words.phrases(utterance.language);
    if (!questions.canAsk(utterance)) {
      happened('nowhere', { question, utterance });
      // The names that were asked about still tell what to say.
      return question.kind === 'choose' ? meaning : { ...meaning, responseText: phrases.cannotAskThere };
    }
    const isKept = await questions.ask(question, utterance, delivery);
    happened(isKept ? 'asked' : 'not_kept', { question, utterance });
    if (isKept) return meaning;
    const responseText =
      question.kind === 'choose' ? `${question.text} ${phrases.cannotAsk}` : phrases.cannotAsk;
    return { ...meaning, responseText };
  }

  return {
    reply(utterance, context) {
      const answer = words.read(utterance);
      if (answer && !isPlain(answer) && questions.isQuiet()) return undefined;
      return answer && replyTo(answer, utterance, deliveryOf(utterance, context));
    },
    heard(meaning, { undecided, utterance, said, context }) {
      if (meaning.status === 'unclear' || meaning.status === 'expired') return meaning;
      const delivery = deliveryOf(utterance, context);
      const question = questionIn(meaning, {
        undecided,
        said,
        id: delivery.id,
        ways: () => words.waysIn(utterance),
      });
      if (question) return keep(question, meaning, utterance, delivery);
      questions.drop(utterance);
      return meaning;
    },
  };
}

/** A yes or a no, and nothing else: it means nothing where nothing was asked. */
function isPlain(answer: Answer): boolean {
  if (answer.kind === 'yes') return answer.rest.length === 0;
  return answer.kind === 'no' || answer.kind === 'nevermind';
}

/** What is no answer and speaks against what was asked. Of several that may be meant it may still name one. */
function endsIt(answer: Answer, { kind }: Question): boolean {
  if (answer.kind === 'objection') return true;
  // A yes with more behind it is no more sure of it.
  return (
    kind === 'confirm' && (answer.kind === 'yes' || (answer.kind === 'choice' && answer.objects === true))
  );
}

/** What is handed in without a name of its own never comes again. */
function deliveryOf({ saidAt }: Utterance, { delivery }: RecogniseContext): Delivery {
  return { ...(delivery ?? { id: randomUUID() }), ...(saidAt !== undefined && { saidAt }) };
}

function questionIn(
  meaning: Meaning,
  {
    undecided,
    said,
    id,
    ways,
  }: { undecided: Meaning; said: string; id: string; ways: () => readonly string[] },
): Question | undefined {
  if (meaning.status === 'ambiguous') {
    const { candidates, isQuery, confidence, responseText: text } = meaning;
    return { kind: 'choose', id, text, said, candidates, confidence, ...(isQuery && { isQuery }) };
  }
  if (meaning.status !== 'recognized' || meaning.kind !== 'action' || !meaning.requiresConfirmation) {
    return undefined;
  }
  const { actions, confidence, responseText: text = '' } = meaning;
  const response = 'responseText' in undecided ? undecided.responseText : undefined;
  return {
    ...{ kind: 'confirm', id, text, said, actions, confidence, ways: ways() },
    ...(response !== undefined && { response }),
  };
}

/** As it was understood before policy asked. */
function wanted({ actions, confidence, response }: Extract<Question, { kind: 'confirm' }>): Meaning {
  return {
    ...{ status: 'recognized', kind: 'action', actions, confidence, requiresConfirmation: false },
    ...(response !== undefined && { responseText: response }),
  };
}

/** What "never mind" means to whoever reads it: a question that nobody has to answer, and no action. */
function nothing({ dropped }: Phrases): Meaning {
  return {
    ...{ status: 'recognized', kind: 'query', confidence: 1, responseText: dropped },
    query: { intent: 'conversation.nevermind', entities: {} },
  };
}
