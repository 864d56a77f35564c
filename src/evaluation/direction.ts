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
  return byName || (one.intent === other.intent && slotsOppose(one.entities, other.entities));
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
