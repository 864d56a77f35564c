import { randomUUID } from 'node:crypto';
import type { Transcript } from '../intent/transcript.ts';
import { MAX_TRANSCRIPT_BYTES } from '../intent/transcript-codec.ts';
import { RefusedMessage, type WyomingMessage } from './message.ts';
import type { Operations } from './operations.ts';

const LANGUAGE = /^[a-z]{2,8}([-_][a-z0-9]{1,8})*$/i;
const MAX_LABEL_LENGTH = 256;

/**
 * Reads what somebody said. Home Assistant tells the satellite and the conversation, and nobody's name: who speaks is
 * not taken from a protocol on which everybody may say anything.
 *
 * @returns undefined for what holds no words
 * @throws RefusedMessage for what is no text, or too long a one
 */
export function readTranscript(
  { type, data }: WyomingMessage,
  { defaultLanguage, roomOf }: Pick<Operations, 'defaultLanguage' | 'roomOf'>,
): Transcript | undefined {
  const { text, language, context } = data;
  if (typeof text !== 'string') throw new RefusedMessage('malformed', `a ${type} has no text`);
  if (Buffer.byteLength(text) > MAX_TRANSCRIPT_BYTES) {
    throw new RefusedMessage(
      'oversized',
      `the text of a ${type} has more than ${MAX_TRANSCRIPT_BYTES} bytes`,
    );
  }
  if (!/[^\s\p{C}\p{Z}]/u.test(text)) return undefined;
  const told = (typeof context === 'object' && context !== null ? context : {}) as Record<string, unknown>;
  const [satellite, device] = [label(told['satellite_id']), label(told['device_id'])];
  const room =
    label(told['room']) ??
    (satellite === undefined ? undefined : roomOf(satellite)) ??
    (device === undefined ? undefined : roomOf(device));
  const sessionId = label(told['conversation_id']);
  return {
    text,
    frameId: `wyoming-${randomUUID()}`,
    language:
      typeof language === 'string' && LANGUAGE.test(language)
        ? language.replaceAll('_', '-')
        : defaultLanguage,
    ...(room !== undefined && { room }),
    ...(sessionId !== undefined && { sessionId }),
  };
}

function label(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LABEL_LENGTH || /\p{Cc}/u.test(value)) return undefined;
  return value.trim() || undefined;
}
