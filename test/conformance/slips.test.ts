import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/evaluation/random.ts';
import { slip } from '../../src/evaluation/slips.ts';
import { missing } from './corpus.ts';
import { buildSubject, print } from './measure.ts';

const SEEDS = ['1', '2', '3'];
const MOST_WRONG = 0.005;
/** Actions that undo each other, by the end of their names. */
const OPPOSITES = ['turn_on turn_off', 'open_cover close_cover', 'lock unlock'].map((pair) =>
  pair.split(' '),
);

function areOpposite(one: string, other: string): boolean {
  return OPPOSITES.some((pair) => {
    const ends = [one, other].map((action) => pair.findIndex((end) => action.endsWith(`.${end}`)));
    return ends.includes(0) && ends.includes(1);
  });
}

describe.skipIf(missing !== undefined).for([
  ['pl', 0.7],
  ['en', 0.6],
] as const)("one slip in each of Home Assistant's %s tests", ([language, least]) => {
  test('leaves most of them understood, none turned round and hardly any wrong', async () => {
    const { match, cases } = await buildSubject(language);
    let [said, right, wrong] = [0, 0, 0];
    const turned: string[] = [];
    for (const { text, room, intent } of SEEDS.flatMap(() => cases)) {
      const random = createRandom(`${said++} ${text}`);
      const words = text.split(' ');
      const long = [...words.keys()].filter((at) => /^\p{L}{4,}[,.?!]?$/u.test(words[at] ?? ''));
      if (long.length === 0) continue;
      const chosen = random.pick(long);
      const slipped = words.with(chosen, slip(words[chosen] ?? '', { random, language })).join(' ');
      const place = room === undefined ? {} : { room };
      const [meant] = match({ text, language, ...place });
      const [best] = match({ text: slipped, language, ...place });
      if (!best) continue;
      if (best.pack?.intent === intent) right++;
      else if (best.kind === 'action') wrong++;
      const isTurned = meant && areOpposite(meant.action, best.action);
      if (isTurned) turned.push(`${text} | ${slipped} | ${best.action}`);
    }
    const share = (count: number): string => (count / said).toFixed(4);
    print(`${language} with a slip: intent ${share(right)}, wrong actions ${share(wrong)} of ${said}`);
    expect(turned).toEqual([]);
    expect(right / said).toBeGreaterThanOrEqual(least);
    expect(wrong / said).toBeLessThanOrEqual(MOST_WRONG);
  });
});
