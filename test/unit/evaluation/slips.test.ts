import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { createCorpusClock } from '../../../src/evaluation/corpus-clock.ts';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import type { GoldUtterance } from '../../../src/evaluation/gold.ts';
import { createNoise } from '../../../src/evaluation/noise.ts';
import { runCorpus, type Trial } from '../../../src/evaluation/run-corpus.ts';
import { loadUnderstanding } from '../../../src/understanding.ts';

const root = join(import.meta.dirname, '../../..');
const config = await loadConfig({ LLM_INTENT_CONFIG: join(root, 'config'), RESOLVERS: 'rules' });
const clock = createCorpusClock(config.time_zone);
const { recognise, readings } = await loadUnderstanding(config, { clock });
const { signal } = new AbortController();
const SEEDS = ['1', '2', '3', '4'];
/** For thousands of sentences, on a machine that is busy. */
const LOADING_MS = 180_000;

/** Least share of what is understood as written that still is with a slip in a word, and most wrong actions. */
const LEAST_UNDERSTOOD = { alone: 0.6, together: 0.25 };
const MOST_WRONG = 0.005;

/** Of several orders, of a time and of what goes on from something, every word counts. */
const isAlone = ({ readings: [right], before }: GoldUtterance): boolean =>
  before.length === 0 &&
  (right.status !== 'recognized' || (right.actions.length === 1 && right.actions[0]?.at === undefined));

describe.for(['pl', 'en'])('one slip in each utterance of the %s corpus', (language) => {
  let understood: readonly Trial[];
  let slipped: readonly Trial[];
  beforeAll(async () => {
    const utterances = await loadCorpus(join(root, `test/golden/corpus/${language}.yaml`));
    const run = (distort?: ReturnType<typeof createNoise>) =>
      runCorpus(utterances, {
        ...{ recognise, language, signal, setTime: clock.setTime },
        ...(distort && { distort }),
      });
    const written = await run();
    understood = written.filter(({ verdict, meaning }) => verdict.isExact && meaning.status !== 'unclear');
    const runs: (readonly Trial[])[] = [];
    // One after the other: they have one clock.
    for (const seed of SEEDS) runs.push(await run(createNoise(['typos'], { seed })));
    slipped = runs.flat();
  }, LOADING_MS);

  test.for(['alone', 'together'] as const)('leaves most of what is said %s understood', (how) => {
    const known = new Set(understood.map(({ gold }) => gold));
    const again = slipped.filter(({ gold }) => known.has(gold) && isAlone(gold) === (how === 'alone'));
    expect(again.filter(({ verdict }) => verdict.isExact).length / again.length).toBeGreaterThan(
      LEAST_UNDERSTOOD[how],
    );
  });

  test('never does the opposite, and hardly ever something else', () => {
    expect(slipped.filter(({ verdict }) => verdict.isWrongDirection)).toEqual([]);
    const wrong = slipped.filter(({ verdict }) => verdict.isWrongAction);
    expect(wrong.length / slipped.length).toBeLessThanOrEqual(MOST_WRONG);
  });

  test('is right at least as often as it is confident', () => {
    const confident = slipped.flatMap(({ meaning, verdict }) =>
      meaning.status === 'recognized' ? [{ confidence: meaning.confidence, isExact: verdict.isExact }] : [],
    );
    // Ten bins, the last of them closed at both ends, as calibration is usually measured.
    const bins = Map.groupBy(confident, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)));
    for (const [bin, inBin] of bins) {
      const right = inBin.filter(({ isExact }) => isExact).length;
      if (inBin.length >= 20) expect(right / inBin.length).toBeGreaterThanOrEqual(bin / 10);
    }
  });
});

/** Words of the language that begin, sound or look like those of a home, and are none of them. */
const WORDS = {
  pl: 'lama lamę rampa rampę kara kary sala salę balon balonie galon talon solo solar kurnik toaleta gazeta zasada zasługa żałoba kontrakt kabel kabina kapela karetka kotlet korek termos broda ramka ramę rama dama farma eksport gwiazda gwiazdka kiedyś czapka czapkę chomik garb tarcza taran biurko burak dziennik prawka zmywacz lodowisko piekarz armia zamsz dach drama kora jaskinia ciasto ciężko',
  en: 'lamb lump camp damp ramp limp night fight flight slight delight lost game door doom donor moor poor roof rook boom broom groom kitten chicken thicken bad bathtub path halt hull fall call ball blinks blend bland certain captain garbage marriage dusk sunk timber music fancy dance cable fable stable novel ship chip settle nettle rocket bucket plum slug snug stitch twitch rabbit robin',
};
const FRAMES = {
  pl: ['włącz *', 'wyłącz *', 'zgaś * w salonie', 'otwórz *', 'zamknij *', 'zapal światło w *', 'podnieś *'],
  en: ['turn on the *', 'turn off the *', 'open the *', 'close the *', 'turn on the light in the *'],
};

test.for(['pl', 'en'] as const)(
  'words of its own that look like those of a home give no orders (%s)',
  (language) => {
    const words = WORDS[language].split(' ');
    const orders = words.flatMap((word) =>
      FRAMES[language].flatMap((frame) => {
        const text = frame.replace('*', word);
        const [best] = readings({ text, language, frameId: 'test', room: 'salon' });
        return best?.mended ? [`${text}: ${best.action}`] : [];
      }),
    );
    expect(orders).toEqual([]);
  },
);

test.for([
  'zapali światło',
  'zapalę światło w kuchni',
  'włączę telewizor',
  'mógłbym zgasić światło',
  'chciałem zgasić światło',
  'kupił mleko',
  'ustawię temperaturę na 20 stopni',
  'zgasiłby światło w salonie',
])('who tells what somebody does gives no order: %s', (text) => {
  expect(readings({ text, language: 'pl', frameId: 'test', room: 'salon' })).toEqual([]);
});
