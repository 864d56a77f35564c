const MAX_FRAMES = 5;

/**
 * A defect of ours as the log tells it: which kind and where, without its message, which may repeat what was said. The
 * message is in the dead letter, beside the transcript, and in the log at level `debug`.
 */
export function defectOf(error: Error): { readonly type: string; readonly at: readonly string[] } {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return { type: error.name, at: frames.slice(0, MAX_FRAMES).map((line) => line.trim().slice(3)) };
}
