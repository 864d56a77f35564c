import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { createCorpusClock } from '../../src/evaluation/corpus-clock.ts';
import { loadCorpus } from '../../src/evaluation/corpus-document.ts';
import { runCorpus } from '../../src/evaluation/run-corpus.ts';
import { loadUnderstanding } from '../../src/understanding.ts';
import { missing, packFolder } from './corpus.ts';
import { print } from './measure.ts';

// Our own corpora, answered by our sentences with Home Assistant's pack behind them: what a pack adds is nothing wrong.

const root = join(import.meta.dirname, '../..');

describe.skipIf(missing !== undefined).for(['pl', 'en'])('our %s corpus with the pack loaded', (language) => {
  test('makes the shipped configuration do nothing wrong', async () => {
    const config = await loadConfig({ LLM_INTENT_CONFIG: join(root, 'config'), RESOLVERS: 'rules' });
    const clock = createCorpusClock(config.time_zone);
    const { recognise } = await loadUnderstanding(
      { ...config, rules: { ...config.rules, packs: [packFolder(language)] } },
      { clock },
    );
    const trials = await runCorpus(await loadCorpus(join(root, `test/golden/corpus/${language}.yaml`)), {
      ...{ recognise, language, setTime: clock.setTime },
      signal: new AbortController().signal,
    });
    const exact = trials.filter(({ verdict }) => verdict.isExact).length;
    print(`${language} with the pack: ${exact} of ${trials.length} exact`);
    const told = trials
      .filter(({ verdict }) => verdict.isWrongAction || verdict.isWrongDirection)
      .map(({ gold, meaning }) => `${gold.place} ${gold.says}: ${JSON.stringify(meaning)}`);
    expect(told).toEqual([]);
  });
});
