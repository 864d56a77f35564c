import { wordSet } from '../cautions.ts';
import { createDirections, type Directions } from '../directions.ts';

/** The regular forms of verbs; a final e falls before -ing and -ed. @param list apart by spaces */
function verbs(list: string): string[] {
  return list.split(' ').flatMap((verb) => {
    const stem = verb.replace(/e$/, '');
    return [verb, `${verb}s`, `${stem}ed`, `${stem}ing`, `${stem}es`];
  });
}

/** Behind "on", it says on what. */
const DETERMINERS = wordSet('the a an my our your this that these those their his her left right');
/** Before "on", both are one verb: "turn on the light", "and on the fan". */
const PARTICLED = new Set([
  ...verbs('turn switch put flip pop get'),
  'turn',
  'putting',
  'switch',
  'and',
  'back',
  'or',
]);

/** Which way English orders go. */
export const englishDirections: Directions = {
  ...createDirections(
    {
      on: [...verbs('activate enable'), 'on'],
      off: [...verbs('deactivate disable kill'), 'off out cut cuts cutting'],
      open: [...verbs('open extend unroll uncover'), 'opened'],
      close: [...verbs('close retract cover'), 'shut shuts shutting closed'],
      up: [...verbs('raise lift'), 'up upward upwards higher'],
      down: [...verbs('lower drop'), 'down downward downwards'],
      more: [
        ...verbs('increase brighten extend boost add warm heat'),
        'louder brighter warmer hotter faster more longer',
      ],
      less: [
        ...verbs('decrease reduce dim darken remove delete cool subtract'),
        'quieter softer dimmer darker cooler colder slower less shorter dimmed dimming',
      ],
      lock: verbs('lock bolt'),
      unlock: verbs('unlock unbolt'),
      arm: verbs('arm'),
      disarm: verbs('disarm'),
      mute: verbs('mute silence'),
      unmute: verbs('unmute'),
      start: [...verbs('start play resume continue unpause'), 'begin begins began'],
      stop: [...verbs('pause cancel end finish'), 'stop stops stopped stopping'],
      next: ['next forward'],
      previous: ['previous back backward last'],
      toggle: verbs('toggle'),
      negated: ['not dont never no without'],
    },
    [
      ['on', 'off'],
      ['open', 'close'],
      ['up', 'down'],
      ['more', 'less'],
      ['lock', 'unlock'],
      ['arm', 'disarm'],
      ['mute', 'unmute'],
      ['start', 'stop'],
      ['next', 'previous'],
    ],
  ),
  isPlace: (words, at) =>
    words[at] === 'on' && DETERMINERS.has(words[at + 1] ?? '') && !PARTICLED.has(words[at - 1] ?? ''),
};
