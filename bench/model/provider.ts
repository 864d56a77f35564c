import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A provider that answers at once. */
export interface BenchProvider {
  /** Base of its paths: `http://127.0.0.1:4711/v1`. */
  readonly url: string;
  /** What it was asked last. */
  lastBody(): Promise<Record<string, unknown>>;
  close(): void;
}

export async function startBenchProvider(): Promise<BenchProvider> {
  const child = fork(join(import.meta.dirname, 'provider-process.ts'));
  const { url } = (await messageOf(child)) as { url: string };
  return {
    url,
    async lastBody() {
      const told = messageOf(child);
      child.send('last');
      const { body } = (await told) as { body?: Record<string, unknown> };
      if (!body) throw new Error('the provider was asked nothing');
      return body;
    },
    close: () => child.disconnect(),
  };
}

async function messageOf(child: ChildProcess): Promise<unknown> {
  const exit = new AbortController();
  const gone = (code: number | null): void =>
    exit.abort(new Error(`the fake provider ended with ${code} before it answered`));
  child.once('exit', gone);
  try {
    const [message] = await once(child, 'message', { signal: exit.signal });
    return message;
  } catch (error) {
    throw exit.signal.reason ?? error;
  } finally {
    child.off('exit', gone);
  }
}
