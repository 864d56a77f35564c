import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { MODES, type Mode } from '../../../src/intent/mode.ts';
import { createModeResolver } from '../../../src/recognise/mode-step.ts';
import type { Outcome, ResolverContext } from '../../../src/recognise/resolver.ts';

const span = trace.getTracer('test').startSpan('test', {}, ROOT_CONTEXT);
const context: ResolverContext = {
  ...{ span, deadline: 0, mayWait: true, signal: new AbortController().signal },
};
const ASKED: Outcome = { kind: 'pass', reason: 'timeout' };
const PASSED_OVER: Outcome = { kind: 'pass', reason: 'mode' };

/** A model step that says what it was asked. */
function step(mode: () => Mode) {
  const asked: string[] = [];
  const prepared: string[] = [];
  const resolver = createModeResolver({
    models: {
      source: 'llm',
      resolve({ text }) {
        asked.push(text);
        return ASKED;
      },
      prepare: ({ text }) => void prepared.push(text),
    },
    mode,
    needsNoModel: ({ text }) => text === 'harmless',
  });
  const ask = (text: string) => resolver.resolve({ text, language: 'pl' }, context);
  const prepare = (text: string) => resolver.prepare({ text, language: 'pl' }, context);
  return { ask, prepare, asked, prepared };
}

describe('before the models', () => {
  test.each<[Mode, Outcome, Outcome]>([
    ['full', ASKED, ASKED],
    ['economy', PASSED_OVER, ASKED],
    ['rules-only', PASSED_OVER, PASSED_OVER],
  ])('%s lets through what it should', (mode, harmless, critical) => {
    const { ask, prepare, asked, prepared } = step(() => mode);
    for (const text of ['harmless', 'critical']) prepare(text);
    expect([ask('harmless'), ask('critical')]).toEqual([harmless, critical]);
    // Nothing is prepared, such as a reading of the talk, for what is not asked.
    expect(prepared).toEqual(asked);
  });

  test('a change of the mode counts from the next utterance on', () => {
    let mode: Mode = 'full';
    const { ask } = step(() => mode);
    const reasons = MODES.map((next) => {
      mode = next;
      return ask('critical');
    });
    expect(reasons).toEqual([ASKED, ASKED, PASSED_OVER]);
  });
});
