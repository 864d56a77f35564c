import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.ts';

/** Portkey's gateway, in a process of its own. */
export interface Gateway {
  /** Base of its paths. */
  readonly url: string;
  /** What a request through it needs besides. */
  readonly headers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const PACKAGE = '@portkey-ai/gateway';
const PATIENCE_MS = 30_000;

/**
 * @param folder in which Portkey's package is installed; it is no dependency of ours
 * @param providerUrl where it is to pass requests on to
 * @throws an error that says what the gateway said where it does not come up
 */
export async function startGateway(folder: string, providerUrl: string): Promise<Gateway> {
  const port = await freePort();
  const child = spawn(process.execPath, [await programIn(folder), `--port=${port}`, '--headless'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  let isGone = false;
  const exit = once(child, 'exit').then(() => {
    isGone = true;
  });
  // Whoever breaks the bench off leaves nothing behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      child.kill();
      process.exit(1);
    });
  }
  async function close(): Promise<void> {
    child.kill();
    await exit;
  }

  const url = `http://127.0.0.1:${port}/v1`;
  for (
    const start = performance.now();
    performance.now() - start < PATIENCE_MS && !isGone;
    await sleep(100)
  ) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answered) {
      const headers = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': providerUrl };
      return { url, headers, close };
    }
  }
  await close();
  throw new Error(`${PACKAGE} in ${folder} does not come up: ${said.trim() || 'it said nothing'}`);
}

/** What npx would run. */
async function programIn(folder: string): Promise<string> {
  const installed = join(folder, 'node_modules', PACKAGE);
  const text = await readFile(join(installed, 'package.json'), 'utf8').catch((error: unknown) => {
    throw new Error(`npm has installed no ${PACKAGE} in ${folder}: run npm install ${PACKAGE} there`, {
      cause: error,
    });
  });
  return join(installed, (JSON.parse(text) as { bin: string }).bin);
}
