import { LEVELS } from '../intent/levels.ts';
import type { Slots } from '../intent/recognition.ts';

/** What undoes what, by the end of an action's name: `light.turn_on` and `switch.turn_off` point in opposite ways. */
const OPPOSITES: readonly (readonly [RegExp, RegExp])[] = [
  [/\.turn_on$/, /\.turn_off$/],
  [/\.open_(cover|valve)$/, /\.close_(cover|valve)$/],
  [/\.unlock$/, /\.lock$/],
  [/\.alarm_arm_\w+$/, /\.alarm_disarm$/],
  [/\.volume_up$/, /\.volume_down$/],
  [/\.media_play$/, /\.media_(pause|stop)$/],
  [/\.media_next_track$/, /\.media_previous_track$/],
  [/^vacuum\.start$/, /^vacuum\.(stop|pause|return_to_base)$/],
  [/^timer\.start$/, /^timer\.(cancel|pause)$/],
  [/\.add_item$/, /\.remove_item$/],
];

interface Pointed {
  readonly intent: string;
  readonly entities: Slots;
}

/** Whether two actions point in opposite ways: on and off, open and closed, brighter and darker, mute and not. */
export function areOpposite(one: Pointed, other: Pointed): boolean {
  const byName = OPPOSITES.some(
    ([forth, back]) =>
      (forth.test(one.intent) && back.test(other.intent)) ||
      (back.test(one.intent) && forth.test(other.intent)),
  );
  return (
    byName ||
    (one.intent === other.intent && slotsOppose(one.entities, other.entities)) ||
    endsOppose(one, other)
  );
}

/** Where an action ends when it goes all the way: opened, or set to a position of 100. */
const HIGH = /\.(open_\w+|turn_on|volume_up)$/;
const LOW = /\.(close_\w+|turn_off|volume_down)$/;

/** Whether one goes to the one end and the other to the other, by a level or by what it is called. */
function endsOppose(one: Pointed, other: Pointed): boolean {
  const [end, against] = [endOf(one), endOf(other)];
  return domainOf(one) === domainOf(other) && end !== undefined && against !== undefined && end !== against;
}

const domainOf = ({ intent }: Pointed): string => intent.split('.')[0] ?? '';

function endOf({ intent, entities }: Pointed): 'least' | 'most' | undefined {
  const levels = Object.entries(LEVELS).filter(([slot]) => typeof entities[slot] === 'number');
  if (levels.some(([slot]) => entities[slot] === 0)) return 'least';
  if (levels.some(([slot, most]) => entities[slot] === most)) return 'most';
  if (levels.length > 0) return undefined;
  if (HIGH.test(intent)) return 'most';
  return LOW.test(intent) ? 'least' : undefined;
}

/** Steps of opposite sign, and a yes against a no. */
function slotsOppose(one: Slots, other: Slots): boolean {
  return Object.entries(one).some(([slot, value]) => {
    const against = other[slot];
    if (typeof value === 'boolean' && typeof against === 'boolean') return value !== against;
    if (!slot.includes('step') || typeof value !== 'number' || typeof against !== 'number') return false;
    return Math.sign(value) === -Math.sign(against) && value !== 0;
  });
}
