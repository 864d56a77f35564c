import { describe, expect, test } from 'vitest';
import type { GoldUtterance } from '../../../src/evaluation/gold.ts';
import { runCorpus } from '../../../src/evaluation/run-corpus.ts';
import { timedScore } from '../../../src/evaluation/score.ts';
import type { Recognise } from '../../../src/intent/recognise.ts';
import type { Meaning } from '../../../src/intent/recognition.ts';
import type { Transcript } from '../../../src/intent/transcript.ts';

const { signal } = new AbortController();

function gold(says: string, more: Partial<GoldUtterance> = {}): GoldUtterance {
  return { says, kind: 'single', before: [], readings: [{ status: 'unclear' }], place: 'own:1', ...more };
}

const wants = (intent: string): Pick<GoldUtterance, 'readings'> => ({
  readings: [
    { status: 'recognized', kind: 'action', actions: [{ intent, entities: {}, allowsMore: false }] },
  ],
});

function action(intent: string): Meaning {
  const actions = [{ intent, entities: {} }];
  return { status: 'recognized', kind: 'action', actions, confidence: 1, requiresConfirmation: false };
}

/** Does what it is told: the text is the action. */
const obey: Recognise = ({ text }) => ({
  meaning: text.includes('.') ? action(text) : { status: 'unclear', responseText: '?' },
  source: 'rules',
});

describe('a run', () => {
  test('lets every utterance be understood twice, after what was said before, in a session of its own', async () => {
    const heard: Transcript[] = [];
    const listen: Recognise = (transcript, context) => {
      heard.push(transcript);
      return obey(transcript, context);
    };
    await runCorpus([gold('b', { before: ['a'], room: 'kuchnia' }), gold('c', { language: 'en' })], {
      recognise: listen,
      language: 'pl',
      room: 'salon',
      signal,
    });
    expect(heard.map(({ text, room, language }) => [text, room, language])).toEqual([
      ['a', 'kuchnia', 'pl'],
      ['b', 'kuchnia', 'pl'],
      ['b', 'kuchnia', 'pl'],
      ['c', 'salon', 'en'],
      ['c', 'salon', 'en'],
    ]);
    expect(new Set(heard.map(({ sessionId }) => sessionId)).size).toBe(2);
    expect(new Set(heard.map(({ frameId }) => frameId)).size).toBe(5);
  });

  test('measures both times by the clock that is given, in microseconds', async () => {
    let now = 0;
    const durations = [0.5, 0.25];
    const slow: Recognise = async (transcript, context) => {
      now += durations.shift() ?? 0;
      return obey(transcript, context);
    };
    const clock = { now: () => 0, monotonic: () => now };
    const [trial] = await runCorpus([gold('a')], { recognise: slow, language: 'pl', signal, clock });
    expect(trial).toMatchObject({ firstUs: 500, againUs: 250 });
  });

  test('tells how far it is, and ends when it is told to', async () => {
    const done: number[] = [];
    const parts = { recognise: obey, language: 'pl', progress: (count: number) => done.push(count) };
    await runCorpus([gold('a'), gold('b')], { ...parts, signal });
    expect(done).toEqual([1, 2]);
    const ended = runCorpus([gold('a')], { ...parts, signal: AbortSignal.abort(new Error('enough')) });
    await expect(ended).rejects.toThrow('enough');
  });

  test('distorts what is said, and not what was said before', async () => {
    const heard: string[] = [];
    const listen: Recognise = (transcript, context) => {
      heard.push(transcript.text);
      return obey(transcript, context);
    };
    const distort = ({ says }: GoldUtterance, language: string) => `${says} ${language}`;
    const [trial] = await runCorpus([gold('b', { before: ['a'] })], {
      recognise: listen,
      language: 'pl',
      distort,
      signal,
    });
    expect(heard).toEqual(['a', 'b pl', 'b pl']);
    expect(trial?.said).toBe('b pl');
  });
});

test('a score counts by kind and by intent, and what was taken for what', async () => {
  const trials = await runCorpus(
    [
      gold('light.turn_on', wants('light.turn_on')),
      gold('light.turn_off', wants('light.turn_on')),
      gold('mumble', wants('light.turn_on')),
      gold('fan.turn_on', { kind: 'small_talk' }),
      gold('mumble', { kind: 'small_talk' }),
    ],
    { recognise: obey, language: 'pl', signal },
  );
  expect(timedScore(trials)).toEqual({
    all: row('all', { utterances: 5, exact: 0.4, intent: 0.4, wrong: 2, opposite: 1, lost: 1 }),
    byKind: [
      row('single', { utterances: 3, exact: 1 / 3, intent: 1 / 3, wrong: 1, opposite: 1, lost: 1 }),
      row('small_talk', { utterances: 2, exact: 0.5, intent: 0.5, wrong: 1 }),
    ],
    byIntent: [
      row('light.turn_on', { utterances: 3, exact: 1 / 3, intent: 1 / 3, wrong: 1, opposite: 1, lost: 1 }),
      row('(unclear)', { utterances: 2, exact: 0.5, intent: 0.5, wrong: 1 }),
    ],
    aboutHome: 3,
    confusions: [
      { expected: 'light.turn_on', got: 'light.turn_off', count: 1 },
      { expected: 'light.turn_on', got: '(unclear)', count: 1 },
      { expected: '(unclear)', got: 'fan.turn_on', count: 1 },
    ],
    firstTime: { median: expect.any(Number), p99: expect.any(Number) },
    again: { median: expect.any(Number), p99: expect.any(Number) },
  });
});

function row(
  name: string,
  {
    utterances,
    exact,
    intent,
    wrong = 0,
    opposite = 0,
    lost = 0,
  }: { utterances: number; exact: number; intent: number; wrong?: number; opposite?: number; lost?: number },
) {
  return {
    name,
    utterances,
    exact,
    intent,
    wrongActions: wrong,
    wrongDirection: opposite,
    notUnderstood: lost,
  };
}
