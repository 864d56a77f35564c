import { describe, expect, test } from 'vitest';
import { areOpposite } from '../../src/evaluation/direction.ts';
import { createRandom } from '../../src/evaluation/random.ts';
import { slip, slipAtBeginning } from '../../src/evaluation/slips.ts';
import { fold } from '../../src/language/fold.ts';
import { knowledgeOf } from '../../src/language/languages.ts';
import type { Match } from '../../src/rules/matcher.ts';
import { missing } from './corpus.ts';
import { buildSubject, print } from './measure.ts';

const SEEDS = ['1', '2', '3'];
const MOST_WRONG = 0.005;

/** Whether a reading does the opposite of another. */
function turnsRound(one: Match, other: Match): boolean {
  const [intended, done] = [one, other].map(({ action, slots }) => ({ intent: action, entities: slots }));
  return intended !== undefined && done !== undefined && areOpposite(intended, done);
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
      const isTurned = meant && turnsRound(meant, best);
      if (isTurned) turned.push(`${text} | ${slipped} | ${best.action}`);
    }
    const share = (count: number): string => (count / said).toFixed(4);
    print(`${language} with a slip: intent ${share(right)}, wrong actions ${share(wrong)} of ${said}`);
    expect(turned).toEqual([]);
    expect(right / said).toBeGreaterThanOrEqual(least);
    expect(wrong / said).toBeLessThanOrEqual(MOST_WRONG);
  });
});

describe.skipIf(missing !== undefined).for([['pl'], ['en']] as const)(
  "a slip at the beginning of the word that decides the way, in Home Assistant's %s tests",
  ([language]) => {
    test('is understood rightly or not at all: włącz and wyłącz, lock and unlock differ there', async () => {
      const { match, cases } = await buildSubject(language);
      const { ways } = knowledgeOf(language).directions;
      const decides = (word: string): boolean => ways.has(fold(word));
      let [said, right, wrong] = [0, 0, 0];
      const turned: string[] = [];
      for (const { text, room } of SEEDS.flatMap(() => cases)) {
        const random = createRandom(`${said++} ${text}`);
        const words = text.split(' ');
        const deciding = [...words.keys()].filter((at) => decides(words[at] ?? ''));
        if (deciding.length === 0) continue;
        const chosen = random.pick(deciding);
        const slipped = slipAtBeginning(words[chosen]?.toLowerCase() ?? '', { random });
        // What is a word for the way by itself was not misheard: somebody said the other thing.
        if (decides(slipped)) continue;
        const place = room === undefined ? {} : { room };
        const [meant] = match({ text, language, ...place });
        const [best] = match({ text: words.with(chosen, slipped).join(' '), language, ...place });
        if (!meant || !best) continue;
        if (best.action === meant.action) right++;
        else if (best.kind === 'action') wrong++;
        if (turnsRound(meant, best)) turned.push(`${text} | ${slipped} | ${best.action}`);
      }
      print(`${language} with a slip at the beginning: right ${right}, wrong ${wrong} of ${said}`);
      expect(turned).toEqual([]);
      expect(wrong / said).toBeLessThanOrEqual(MOST_WRONG);
    });
  },
);
