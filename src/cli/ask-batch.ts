import { askService, type ServiceAccess } from './ask-service.ts';
import { type BatchLine, type BatchResult, isWaiting } from './batch-file.ts';
import { CommandError, EXIT } from './command-context.ts';

/**
 * Sends some lines to a running service. Yields what it answers, in their order, as it comes.
 *
 * @throws CommandError that says what to do; the signal's reason when it is aborted
 */
export async function* askBatch(
  lines: readonly BatchLine[],
  { concurrency, ...access }: ServiceAccess & { readonly concurrency: number },
): AsyncGenerator<BatchResult> {
  const { url, signal } = access;
  const body = lines.map(({ item }) => `${JSON.stringify(item)}\n`).join('');
  const response = await askService(access, `/intent/batch?concurrency=${concurrency}`, { body });
  let answered = 0;
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const piece of response.body ?? []) {
      const written = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = written.pop() ?? '';
      for (const text of written) {
        const { index: _, ...answer } = JSON.parse(text) as Readonly<Record<string, unknown>>;
        const asked = lines[answered];
        if (!asked) throw new CommandError(`${url} answered more than it was asked`, EXIT.failed);
        answered += 1;
        const result = { line: asked.line, ...answer };
        // It alone does not repeat what was asked.
        yield isWaiting(result) ? { ...result, transcript: asked.item['text'] } : result;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandError) throw error;
    throw endedEarly(url, error);
  }
  if (answered < lines.length) throw endedEarly(url);
}

function endedEarly(url: string, cause?: unknown): CommandError {
  return new CommandError(`${url} stopped answering`, EXIT.failed, { cause });
}
