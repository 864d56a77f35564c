import type { Span } from '@opentelemetry/api';
import type { Recognition } from './recognition.ts';

/** Tells a span what was understood, and never what was said. */
export function describeRecognition(
  span: Span,
  { meaning, source, fallbackReason }: Pick<Recognition, 'meaning' | 'source' | 'fallbackReason'>,
): void {
  if (!span.isRecording()) return;
  span.setAttribute('intent.source', source);
  span.setAttribute('intent.status', meaning.status);
  if (fallbackReason !== undefined) span.setAttribute('intent.fallback_reason', fallbackReason);
  if (meaning.status !== 'recognized') return;
  const [action] = meaning.kind === 'action' ? meaning.actions : [meaning.query];
  if (action) span.setAttribute('intent.type', action.intent);
  span.setAttribute('intent.confidence', meaning.confidence);
}
