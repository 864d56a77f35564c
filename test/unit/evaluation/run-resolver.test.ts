import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openAnswers } from '../../../src/evaluation/answers-file.ts';
import type { GoldUtterance } from '../../../src/evaluation/gold.ts';
import { runResolver } from '../../../src/evaluation/run-resolver.ts';
import type { Recognise } from '../../../src/intent/recognise.ts';
import type { FallbackReason } from '../../../src/intent/recognition.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { signal } = new AbortController();
const UNCLEAR = { status: 'unclear', responseText: '?' } as const;

function corpus(...texts: string[]): GoldUtterance[] {
  return texts.map((says) => ({
    says,
    kind: 'single',
    before: [],
    readings: [{ status: 'unclear' }],
    place: says,
  }));
}

const failed = (fallbackReason: FallbackReason) =>
  ({ meaning: UNCLEAR, source: 'none', fallbackReason }) as const;

async function aRun(
  recognise: Recognise,
  { utterances, mayGoOn = () => true }: { utterances: GoldUtterance[]; mayGoOn?: () => boolean },
) {
  const answers = await openAnswers(join(await temporaryFolder(), 'answers.jsonl'), { fresh: true });
  const run = () =>
    runResolver(utterances, {
      ...{
        recognise,
        mayGoOn,
        signal,
        language: 'en',
        concurrency: 4,
        pauseMs: 5,
        progress: () => undefined,
      },
      memory: { answers, circumstances: 'always the same' },
    });
  return { run };
}

test('keeps what was answered while another one found no money left', async () => {
  let mayGoOn = true;
  const used = Promise.withResolvers<void>();
  const asked: string[] = [];
  const recognise: Recognise = async ({ text }) => {
    asked.push(text);
    if (text === 'd') {
      mayGoOn = false;
      used.resolve();
      return failed('budget_exceeded');
    }
    await used.promise;
    return { meaning: UNCLEAR, source: 'llm' };
  };
  const { run } = await aRun(recognise, {
    utterances: corpus('a', 'b', 'c', 'd', 'e'),
    mayGoOn: () => mayGoOn,
  });
  const first = await run();
  expect(first.end).toBe('used_up');
  expect(first.trials.map(({ said }) => said)).toEqual(['a', 'b', 'c']);

  mayGoOn = true;
  await run();
  expect(asked).toEqual(['a', 'b', 'c', 'd', 'd', 'e']);
});

test('asks again whoever was not answered, and nobody else', async () => {
  const asked: string[] = [];
  const recognise: Recognise = ({ text }) => {
    asked.push(text);
    return text === 'b' && asked.length < 4 ? failed('timeout') : { meaning: UNCLEAR, source: 'llm' };
  };
  const { run } = await aRun(recognise, { utterances: corpus('a', 'b', 'c') });
  expect((await run()).trials.map(({ failure }) => failure)).toEqual([undefined, 'timeout', undefined]);
  expect((await run()).trials.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});

test('waits for somebody who is left alone for a while, in place of failing at once', async () => {
  let left = 3;
  const recognise: Recognise = () => {
    left -= 1;
    return left >= 0 ? failed('circuit_open') : { meaning: UNCLEAR, source: 'llm' };
  };
  const { run } = await aRun(recognise, { utterances: corpus('a', 'b') });
  const { end, trials } = await run();
  expect(end).toBe('whole');
  expect(trials.map(({ failure }) => failure)).toEqual([undefined, undefined]);
});

test('ends where somebody stays out, with what was answered before', async () => {
  const asked: string[] = [];
  const recognise: Recognise = ({ text }) => {
    asked.push(text);
    return text === 'a' ? { meaning: UNCLEAR, source: 'llm' } : failed('circuit_open');
  };
  const { run } = await aRun(recognise, { utterances: corpus(...'abcdefghijklmnop') });
  const { end, trials } = await run();
  expect(end).toBe('out');
  expect(trials.map(({ said }) => said)).toEqual(['a']);
  expect(new Set(asked).size).toBeLessThan(8);
});
