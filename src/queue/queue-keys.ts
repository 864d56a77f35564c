/** Where requests wait. All of it lies in one slot of a cluster. */
export interface QueueKeys {
  /** Who works on the queue, until when, with which fencing token: a hash. */
  readonly owner: string;
  /** A stream: an entry for each request that has not ended, with nothing in it that was said. */
  readonly waiting: string;
  /** Whom to call back, a sorted set: ids of requests by when, in milliseconds since the epoch. */
  readonly callbacks: string;
  /** What becomes of a request: a hash. */
  record(queueId: string): string;
  /** What is asked, for as long as it waits: a string that Redis itself forgets. */
  said(queueId: string): string;
}

/** @param keyPrefix what every key of ours starts with, `llm-intent:` */
export function queueKeys(keyPrefix: string): QueueKeys {
  const key = (purpose: string): string => `${keyPrefix}v1:{queue}:${purpose}`;
  return {
    owner: key('owner'),
    waiting: key('waiting'),
    callbacks: key('callbacks'),
    record: (queueId) => key(`request:${queueId}`),
    said: (queueId) => key(`said:${queueId}`),
  };
}
