/** What came of a question to the orchestrator: the status of its answer, or why there is none. */
export type Answer = { readonly status: number } | { readonly reason: string };

/** Asks the orchestrator something. Never rejects. @param path below `/api/v1/processors`, with its slash, or empty */
export type AskOrchestrator = (
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  { body, signal }: { readonly body?: object; readonly signal: AbortSignal },
) => Promise<Answer>;

/**
 * Only the status of an answer counts: whatever its body holds, it is not read.
 *
 * @param url of the orchestrator, perhaps with a path of its own
 * @param limitMs how long an answer may take
 */
export function createAskOrchestrator({ url, limitMs }: { url: string; limitMs: number }): AskOrchestrator {
  const base = `${url.replace(/\/+$/, '')}/api/v1/processors`;
  return async (method, path, { body, signal }) => {
    const inTime = AbortSignal.timeout(limitMs);
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        // Elsewhere is somebody else.
        redirect: 'manual',
        signal: AbortSignal.any([signal, inTime]),
      });
      // A body that breaks off says nothing about what was decided.
      await response.body?.cancel().catch(() => undefined);
      return { status: response.status };
    } catch (error) {
      if (signal.aborted) return { reason: 'given up' };
      if (inTime.aborted) return { reason: `no answer within ${limitMs} ms` };
      return { reason: reasonOf(error) };
    }
  };
}

/** What fetch throws says only that it failed; its cause knows why. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? String(error);
}
