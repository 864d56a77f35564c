import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import type { Meaning, Recognition } from '../../../src/intent/recognition.ts';
import type { Asking, Reply } from '../../../src/recognise/asking.ts';
import { createRecognise } from '../../../src/recognise/recognise.ts';
import type { Outcome } from '../../../src/recognise/resolver.ts';

const opened: Extract<Meaning, { kind: 'action' }> = {
  ...{ status: 'recognized', kind: 'action', confidence: 1, requiresConfirmation: false },
  actions: [{ intent: 'lock.unlock', entities: { entity_id: 'lock.drzwi' } }],
  responseText: 'Otwieram.',
};
const unclear: Meaning = { status: 'unclear', responseText: 'Nie rozumiem.' };
const context = {
  signal: new AbortController().signal,
  span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  mayWait: true,
};

/** What is made of a sentence that is such a reply. */
function recognise(
  reply: Reply | undefined,
  {
    decide = (meaning: Meaning): Meaning => meaning,
    rules = { kind: 'pass' } as Outcome,
    heard = ((meaning) => meaning) as Asking['heard'],
  },
): { recognition: Recognition | Promise<Recognition>; llm: ReturnType<typeof vi.fn> } {
  const llm = vi.fn((): Outcome => ({ kind: 'answer', meaning: opened }));
  const path = createRecognise({
    normalise: ({ text, language }) => ({ text, language }),
    asking: { reply: () => (reply ? Promise.resolve(reply) : undefined), heard },
    resolvers: [
      { source: 'llm', resolve: llm },
      { source: 'rules', resolve: () => rules },
    ],
    ...{ decide, unclear: () => unclear, deadlineMs: 1000, clock: systemClock },
  });
  return { recognition: path({ text: 'tak', language: 'pl', frameId: 'f' }, context), llm };
}

const ask = (meaning: Meaning): Meaning =>
  meaning.status === 'recognized' && meaning.kind === 'action'
    ? { ...meaning, requiresConfirmation: true, responseText: 'Na pewno?' }
    : meaning;

test('what policy asked about and was said yes to is confirmed, with what is said when it is done', async () => {
  const { recognition, llm } = recognise({ kind: 'confirmed', meaning: opened }, { decide: ask });
  expect(await recognition).toEqual({ meaning: { ...opened, isConfirmed: true }, source: 'rules' });
  expect(llm).not.toHaveBeenCalled();
});

test('what policy denies by now is refused, whatever was said yes to', async () => {
  const refused: Meaning = { status: 'refused', confidence: 1, responseText: 'Nie wolno.' };
  const { recognition } = recognise({ kind: 'confirmed', meaning: opened }, { decide: () => refused });
  expect(await recognition).toEqual({ meaning: refused, source: 'rules' });
});

test('what was chosen is asked about by policy as any order is', async () => {
  const heard = vi.fn<Asking['heard']>((meaning) => meaning);
  const { recognition } = recognise({ kind: 'answer', meaning: opened }, { decide: ask, heard });
  const asked = { ...opened, requiresConfirmation: true, responseText: 'Na pewno?' };
  expect(await recognition).toEqual({ meaning: asked, source: 'rules' });
  expect(heard).toHaveBeenCalledWith(asked, expect.objectContaining({ undecided: opened }));
});

test('a yes to nothing is taken to nobody who might make something of it', async () => {
  const rules: Outcome = { kind: 'answer', meaning: opened };
  const { recognition, llm } = recognise({ kind: 'not asked', meaning: unclear }, { rules });
  expect(await recognition).toEqual({ meaning: unclear, source: 'none' });
  expect(llm).not.toHaveBeenCalled();
});

test('what is no answer takes the path it ever took, without a promise', () => {
  const { recognition, llm } = recognise(undefined, {});
  expect(recognition).toEqual({ meaning: opened, source: 'llm' });
  expect(llm).toHaveBeenCalledOnce();
});
