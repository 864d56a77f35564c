import type { Span } from '@opentelemetry/api';
import type { Clock } from '../clock.ts';
import type { Lanes } from './lanes.ts';
import type { StreamTracing } from './stream-tracing.ts';

/** Knows behind whom a transcript waits in its lane, for the trace. */
export interface LaneWaits {
  /**
   * @param span of what is about to enter the lane
   * @returns to be called when its turn has come; undefined where nothing is recorded or nobody is ahead
   */
  entering(room: string, span: Span): (() => void) | undefined;
}

const MAX_ROOMS = 1000;

export function createLaneWaits({
  lanes,
  tracing,
  clock,
}: {
  lanes: Pick<Lanes, 'isBusy'>;
  tracing: Pick<StreamTracing, 'waited'>;
  clock: Clock;
}): LaneWaits {
  /** The last that entered each lane. */
  const last = new Map<string, Span>();
  return {
    entering(room, span) {
      if (!span.isRecording()) {
        if (last.size > 0) last.delete(room);
        return undefined;
      }
      const ahead = lanes.isBusy(room) ? last.get(room) : undefined;
      // Whoever sends transcripts invents rooms: what is forgotten is a link.
      if (last.size >= MAX_ROOMS) last.clear();
      last.set(room, span);
      if (!ahead) return undefined;
      const since = clock.monotonic();
      return () => tracing.waited(span, ahead.spanContext(), clock.monotonic() - since);
    },
  };
}
