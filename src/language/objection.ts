import type { Action } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from './languages.ts';
import { mayOrder } from './may-order.ts';
import { foldedWords } from './words.ts';

/** What the words themselves say against an action. */
export type Objection = 'nothing ordered' | 'turned round';

interface Turn {
  readonly intent: RegExp;
  /** Ways that the words may go where it is meant; see `Directions`. */
  readonly along: readonly string[];
  /** Ways that they go where the opposite is meant. */
  readonly against: readonly string[];
}

const TURNS: readonly Turn[] = [
  // A scene can be what puts the light out.
  {
    intent: /^(?!scene|script)\w+\.turn_on$/,
    along: ['on', 'start', 'open', 'up', 'more'],
    against: ['off'],
  },
  {
    intent: /^(?!scene|script)\w+\.turn_off$/,
    along: ['off', 'stop', 'close', 'down', 'less', 'disarm'],
    against: ['on'],
  },
  { intent: /\.open_\w+$/, along: ['open', 'up', 'uncover'], against: ['close', 'down', 'cover'] },
  { intent: /\.close_\w+$/, along: ['close', 'down', 'cover'], against: ['open', 'up', 'uncover'] },
  { intent: /\.unlock$/, along: ['unlock', 'open'], against: ['lock', 'close'] },
  { intent: /\.lock$/, along: ['lock', 'close'], against: ['unlock', 'open'] },
  { intent: /\.alarm_arm_\w+$/, along: ['arm', 'on'], against: ['disarm', 'off'] },
  { intent: /\.alarm_disarm$/, along: ['disarm', 'off'], against: ['arm', 'on'] },
  { intent: /\.volume_up$/, along: ['more', 'up'], against: ['less', 'down'] },
  { intent: /\.volume_down$/, along: ['less', 'down'], against: ['more', 'up'] },
];
/** Slots that say where; any other says how, as of a light that is not put out but dimmed. */
const WHERE: ReadonlySet<string> = new Set(['area', 'floor', 'entity_id']);

/**
 * What speaks against an action, whoever understood it: that nothing was ordered, or that the words go the opposite way
 * and none of them its own. Where they go both ways, or none, there is nothing to say against it.
 */
export function objectionTo(
  { intent, entities }: Action,
  utterance: Pick<Utterance, 'text' | 'language'>,
): Objection | undefined {
  if (!mayOrder(utterance)) return 'nothing ordered';
  const turn = TURNS.find((candidate) => candidate.intent.test(intent));
  if (!turn || Object.keys(entities).some((slot) => !WHERE.has(slot))) return undefined;
  const { ways } = knowledgeOf(utterance.language).directions;
  const said = new Set(foldedWords(utterance.text).map((word) => ways.get(word) ?? ''));
  const isAgainst = turn.against.some((way) => said.has(way)) && !turn.along.some((way) => said.has(way));
  return isAgainst ? 'turned round' : undefined;
}
