import type { Meaning, Slots } from '../intent/recognition.ts';
import type { Utterance } from '../intent/utterance.ts';
import { knowledgeOf } from '../language/languages.ts';
import { phraseAt } from '../language/phrase-at.ts';
import { takeTimesOut } from '../language/when-said.ts';
import { withoutFillers } from '../language/without-fillers.ts';
import { isBounded } from './compose.ts';
import type { Composed } from './put-together.ts';
import { resolveTime, type Timing } from './resolve-time.ts';
import { foldedOf, saidWords } from './said-words.ts';
import { type SaidWord, textOf } from './transplant.ts';
import { actionsOf, type Understand } from './understand.ts';
import { withoutLinks } from './without-links.ts';

/** Words: a longer one is a tale. */
const LONGEST = 14;

/**
 * What was said for later is called off by what it would do: "anuluj wyłączenie światła o dziewiątej". What is to be called
 * off is told by the action, its place and its time.
 *
 * @returns undefined for everything else
 */
export function callOff(
  utterance: Utterance,
  { understand, now, zone }: { understand: Understand; now: number; zone: string },
): Composed | undefined {
  const knowledge = knowledgeOf(utterance.language);
  const { linking, fillers, phrases } = knowledge;
  const words: readonly SaidWord[] = withoutLinks(saidWords(utterance.text), knowledge);
  const length = phraseAt(foldedOf(words), 0, linking.callOffs);
  if (length === 0 || words.length > LONGEST || knowledge.isNoOrder(utterance.text)) return undefined;
  const named = words.slice(length);
  if (isBounded(withoutFillers(foldedOf(named), fillers), knowledge)) return undefined;
  const times = takeTimesOut(foldedOf(named), knowledge.readTime);
  const rest = times ? times.rest.flatMap((at) => named[at] ?? []) : named;
  const when = times?.when ?? {};
  const timing = typeof when === 'string' ? when : resolveTime(when, { now, zone });
  const isOnDay = typeof when !== 'string' && (when.days !== undefined || when.weekday !== undefined);
  const isHour = typeof when !== 'string' && when.clock !== undefined;
  const whenOf = ({ at }: Timing): Slots =>
    at === undefined ? {} : isOnDay ? { at } : { time: at.slice(11, 16) };
  // "Skasuj to o dwudziestej": whatever it is.
  if (isHour && rest.length > 0 && foldedOf(rest).every((word) => linking.pronouns.has(word))) {
    if (typeof timing === 'string') return { kind: 'complaint', text: phrases.timeTrouble[timing] };
    return calledOff(
      { status: 'recognized', kind: 'action', actions: [], confidence: 1, requiresConfirmation: false },
      { slots: whenOf(timing), template: foldedOf(words).join(' '), text: phrases.calledOff },
    );
  }
  const understood = understand({ ...utterance, text: linking.asOrder(textOf(rest)) }, { asHeard: true });
  const [action, ...others] = understood?.meaning.status === 'recognized' ? actionsOf(understood) : [];
  if (!understood || !action || others.length > 0 || understood.meaning.status !== 'recognized')
    return undefined;
  if (understood.meaning.kind !== 'action' || action.intent.startsWith('timer.')) return undefined;
  if (typeof timing === 'string') return { kind: 'complaint', text: phrases.timeTrouble[timing] };
  const { meaning, template } = understood;
  const slots = { ...action.entities, intent: action.intent, ...whenOf(timing) };
  return calledOff(meaning, { slots, template, text: phrases.calledOff });
}

/** @param slots what it is told by */
function calledOff(
  meaning: Extract<Meaning, { kind: 'action' }>,
  { slots, template, text }: { slots: Slots; template: string; text: string },
): Composed {
  const actions = [{ intent: 'schedule.cancel', entities: slots }];
  return {
    kind: 'understood',
    understood: { meaning: { ...meaning, actions, responseText: text }, template },
    clauses: [],
  };
}
