import { createHash } from 'node:crypto';
import type { Recognition, RecognizedTranscript } from '../src/intent/recognition.ts';
import { encodeEntry } from '../src/intent/recognition-codec.ts';
import type { Transcript } from '../src/intent/transcript.ts';

/** Seconds a transcript stays valid. The whole bench has to fit in, and every side writes when it ends. */
export const MAX_AGE_SECONDS = 3600;

export const PROCESSOR_ID = 'llm-intent-1';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** A caller's sampled span, another one for each frame. */
export function traceparentOf(frameId: string): string {
  const digest = createHash('sha256').update(frameId).digest('hex');
  return `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-01`;
}

/** What the sides that do not recognise anything answer. */
export const CONSTANT_RECOGNITION: Recognition = {
  meaning: {
    status: 'recognized',
    kind: 'action',
    actions: [{ intent: 'light.turn_on', entities: { area: 'salon', entity_id: 'light.salon_sufit' } }],
    confidence: 0.95,
    requiresConfirmation: false,
    responseText: 'Włączam światło.',
  },
  source: 'rules',
};

/** What differs from run to run is measured and made, but not written: all sides must write the same bytes. */
const PINNED = { latencyMs: 1.234, processedAt: '2026-11-21T07:00:01.234Z', traceparent };

/** Our own encoder, with everything pinned that depends on the time or on chance. */
export function encodePinned(recognized: RecognizedTranscript, sourceMessageId: string): string[] {
  return encodeEntry({ ...recognized, ...PINNED }, { sourceMessageId });
}

/** The constant answer to a transcript, as fields of an output entry. */
export function encodeConstantAnswer(transcript: Transcript, sourceMessageId: string): string[] {
  return encodeEntry(
    {
      transcript,
      recognition: CONSTANT_RECOGNITION,
      expiresAt: expiryOf(sourceMessageId),
      processorId: PROCESSOR_ID,
      ...PINNED,
    },
    { sourceMessageId },
  );
}

/** When the transcript in the entry with this id expires. */
export function expiryOf(id: string): string {
  return new Date(Number.parseInt(id, 10) + MAX_AGE_SECONDS * 1000).toISOString();
}
