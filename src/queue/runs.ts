import type { QueueParts } from './queue-parts.ts';
import type { SaidRequest } from './queued-request.ts';

/**
 * What is asked of models now. It outlives the time in which this replica owns the queue: a Redis that is restarted ends
 * that for a moment, and nobody else shall pay meanwhile for what is answered here.
 */
export interface Runs {
  /** Begins, or finds what was begun and never let go of. @throws what the run throws */
  run(queueId: string, said: string): Promise<Readonly<Record<string, unknown>>>;
  isUnderWay(queueId: string): boolean;
  /** What came of it is written down, or does not count. */
  letGo(queueId: string): void;
  /** Breaks all of them off. */
  end(reason: Error): void;
}

interface Run {
  readonly answer: ReturnType<QueueParts['run']>;
  readonly leaving: AbortController;
}

export function createRuns(run: QueueParts['run']): Runs {
  const runs = new Map<string, Run>();

  function begin(queueId: string, said: string): Run {
    const leaving = new AbortController();
    const answer = run(JSON.parse(said) as SaidRequest, leaving.signal);
    // Nobody may be listening when it fails; whoever asks for it later is told.
    answer.catch(() => undefined);
    const begun = { answer, leaving };
    runs.set(queueId, begun);
    return begun;
  }

  return {
    run: (queueId, said) => (runs.get(queueId) ?? begin(queueId, said)).answer,
    isUnderWay: (queueId) => runs.has(queueId),
    letGo(queueId) {
      runs.get(queueId)?.leaving.abort(new Error('nobody waits for it any more'));
      runs.delete(queueId);
    },
    end(reason) {
      for (const { leaving } of runs.values()) leaving.abort(reason);
      runs.clear();
    },
  };
}
