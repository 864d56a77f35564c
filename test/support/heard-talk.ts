import { join } from 'node:path';
import { INVALID_SPAN_CONTEXT, trace } from '@opentelemetry/api';
import { loadConfig } from '../../src/config/load.ts';
import { createCorpusClock } from '../../src/evaluation/corpus-clock.ts';
import type { Meaning } from '../../src/intent/recognition.ts';
import type { Transcript } from '../../src/intent/transcript.ts';
import { loadUnderstanding } from '../../src/understanding.ts';

export const ZONE = 'Europe/Warsaw';
/** Noon, unless a test sets it. */
export const clock = createCorpusClock(ZONE);
clock.setTime(undefined);

const { recognise } = await loadUnderstanding(
  await loadConfig({
    LLM_INTENT_CONFIG: join(import.meta.dirname, '../../config'),
    RESOLVERS: 'rules',
    TIME_ZONE: ZONE,
  }),
  { clock },
);
const context = {
  signal: new AbortController().signal,
  span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  mayWait: true,
};
let talks = 0;

/**
 * What the shipped rules make of the last of several things that are said one after the other, in a talk of their own.
 *
 * @param about in Polish, in the living room, unless it says otherwise
 */
export async function said(texts: readonly string[], about: Partial<Transcript> = {}): Promise<Meaning> {
  clock.setTime(undefined);
  talks += 1;
  let meaning: Meaning = { status: 'expired' };
  for (const [turn, text] of texts.entries()) {
    const transcript = { text, language: 'pl', frameId: `${talks}-${turn}`, room: 'salon', ...about };
    ({ meaning } = await recognise({ sessionId: `talk-${talks}`, ...transcript }, context));
  }
  return meaning;
}
