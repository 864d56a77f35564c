import { LEVELS } from '../intent/levels.ts';
import type { Action } from '../intent/recognition.ts';
import { endsAgainst, pointsBothWays } from './contradiction.ts';
import type { LanguageKnowledge } from './languages.ts';

interface Turn {
  readonly intent: RegExp;
  /** Ways that the words may go where it is meant; see `Directions`. */
  readonly along: readonly string[];
  /** Ways that they go where the opposite is meant. */
  readonly against: readonly string[];
}

const ON = { along: ['on', 'start', 'open', 'up', 'more'], against: ['off', 'stop'] };
const OFF = {
  along: ['off', 'stop', 'close', 'down', 'less', 'disarm', 'mute'],
  against: ['on', 'start'],
};
const MORE = { along: ['more', 'up', 'on', 'unmute'], against: ['less', 'down', 'off', 'mute'] };
const LESS = { along: ['less', 'down', 'off', 'mute'], against: ['more', 'up', 'on', 'unmute'] };
const START = { along: ['start', 'on', 'next', 'previous', 'unmute'], against: ['stop', 'off'] };
const STOP = { along: ['stop', 'off', 'mute', 'close', 'previous'], against: ['start', 'on'] };

/** The first that fits counts. */
const TURNS: readonly Turn[] = [
  { intent: /^light\.turn_on$/, along: ON.along, against: [...ON.against, 'less'] },
  { intent: /^light\.turn_off$/, along: OFF.along, against: [...OFF.against, 'more'] },
  // A scene can be what puts the light out.
  { intent: /^(?!scene|script)\w+\.(?:turn_on|set_percentage)$/, ...ON },
  { intent: /^(?!scene|script)\w+\.turn_off$/, ...OFF },
  // As what it comes to: any mode but "off" turns it on.
  { intent: /^climate\.hvac_on$/, along: [...ON.along, 'less', 'down'], against: ['off'] },
  { intent: /^climate\.hvac_off$/, ...OFF },
  { intent: /\.open_\w+$/, along: ['open', 'up', 'uncover'], against: ['close', 'down', 'cover'] },
  { intent: /\.close_\w+$/, along: ['close', 'down', 'cover'], against: ['open', 'up', 'uncover'] },
  { intent: /\.(?:unlock|open)$/, along: ['unlock', 'open'], against: ['lock', 'close'] },
  { intent: /\.lock$/, along: ['lock', 'close'], against: ['unlock', 'open'] },
  { intent: /\.alarm_arm_\w+$/, along: ['arm', 'on'], against: ['disarm', 'off'] },
  { intent: /\.alarm_disarm$/, along: ['disarm', 'off'], against: ['arm', 'on'] },
  { intent: /\.(?:volume_up|increase\w*)$/, ...MORE },
  { intent: /\.(?:volume_down|decrease\w*)$/, ...LESS },
  { intent: /\.volume_mute$/, along: ['mute', 'off', 'less', 'stop'], against: ['unmute', 'on', 'more'] },
  { intent: /\.volume_unmute$/, along: ['unmute', 'on', 'more'], against: ['mute', 'off', 'less'] },
  { intent: /\.(?:media_play|start|start_mowing|unpause)$/, ...START },
  { intent: /\.(?:media_pause|media_stop|pause|stop|cancel)$/, ...STOP },
  { intent: /\.media_next_track$/, along: ['next'], against: ['previous'] },
  { intent: /\.media_previous_track$/, along: ['previous'], against: ['next'] },
];

/** What two can undo, a toggle may do either of. */
const TOGGLED = /\.toggle(?:_\w+)?$/;

/**
 * Whether the words go the opposite way of an action and none of them its own. Where they go both ways, or none, nothing
 * is known to be turned round.
 *
 * @param words folded
 */
export function isTurnedRound(
  action: Pick<Action, 'intent' | 'entities'>,
  words: readonly string[],
  { directions, readNumbers }: Pick<LanguageKnowledge, 'directions' | 'readNumbers'>,
): boolean {
  const said = waysSaid(words, directions);
  const goes = (ways: readonly string[]): boolean => ways.some((way) => said.has(way));
  if (TOGGLED.test(action.intent)) {
    return (
      !said.has('toggle') && directions.opposites.some(([one, other]) => said.has(one) !== said.has(other))
    );
  }
  const { entities } = action;
  const turned = ({ along, against }: Pick<Turn, 'along' | 'against'>): boolean =>
    goes(against) && !goes(along);

  const steps = Object.entries(entities).flatMap(([slot, value]) =>
    slot.includes('step') && typeof value === 'number' ? [value] : [],
  );
  const intent = effectOf(action);
  const turn = TURNS.find((candidate) => candidate.intent.test(intent));
  // How much slower says nothing about which way: "decrease by 10".
  if (steps.length > 0 && !/increase|decrease|volume_/.test(intent)) {
    return steps.some((step) => turned(step < 0 ? LESS : MORE));
  }
  const levels = Object.keys(LEVELS).filter((slot) => typeof entities[slot] === 'number');
  if (!pointsBothWays(said) && endsAgainst(said, entities)) return true;
  if (!turn || !turned(turn)) return false;
  // A light that is dimmed is not lit, if that is what was said or to what was said.
  const numbers = new Set(words.flatMap((_, at) => readNumbers(words, at).map(({ value }) => value)));
  const isLowered = levels.some((slot) => {
    const [value, most = 0] = [Number(entities[slot]), LEVELS[slot]];
    return value === 0 || (value < most && (said.has('less') || numbers.has(value)));
  });
  return !(isLowered && goes(LOWERING));
}

const LOWERING = ['off', 'less', 'stop'];

function waysSaid(
  words: readonly string[],
  { ways, isPlace }: LanguageKnowledge['directions'],
): ReadonlySet<string> {
  return new Set(words.map((word, at) => (isPlace?.(words, at) ? '' : (ways.get(word) ?? ''))));
}

/** The action by what it comes to where a slot turns its sense. */
function effectOf({ intent, entities }: Pick<Action, 'intent' | 'entities'>): string {
  const { hvac_mode: mode, is_volume_muted: isMuted } = entities;
  if (/\.set_hvac_mode$/.test(intent)) return mode === 'off' ? 'climate.hvac_off' : 'climate.hvac_on';
  if (/\.volume_mute$/.test(intent) && isMuted === false) return 'media_player.volume_unmute';
  return intent;
}
