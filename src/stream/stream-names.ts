/** The streams and keys one processor works with, and who it is among the group's consumers. */
export interface StreamNames {
  readonly input: string;
  readonly output: string;
  readonly deadLetters: string;
  readonly group: string;
  readonly consumer: string;
  /** Who owns the input stream, until when, with which fencing token: a hash. */
  readonly owner: string;
  /** Every entry up to this id is settled: a string. */
  readonly cursor: string;
  /** From where entries may come again that were settled, because the group had to be made anew: a string. */
  readonly repeats: string;
  /** How often each unsettled entry failed: a hash by entry id. */
  readonly failures: string;
  /** What the ids of entries that this service itself has said lie under, each a string by its frame id. */
  readonly said: string;
}

/**
 * Names the keys kept for an input stream. They contain its whole name, so that on a cluster the hash tag in the
 * stream's name puts them into the same slot.
 *
 * @param keyPrefix what every key of ours starts with, `llm-intent:`
 */
export function streamNames({
  input,
  output,
  deadLetters,
  group,
  consumer,
  keyPrefix,
}: {
  input: string;
  output: string;
  deadLetters: string;
  group: string;
  consumer: string;
  keyPrefix: string;
}): StreamNames {
  // The version in the key lets replicas of two releases run side by side when the meaning of a key changes.
  const key = (purpose: string): string => `${keyPrefix}v1:${purpose}:${group}:${input}`;
  return {
    input,
    output,
    deadLetters,
    group,
    consumer,
    owner: key('owner'),
    cursor: key('cursor'),
    repeats: key('repeats'),
    failures: key('failures'),
    said: key('said'),
  };
}
