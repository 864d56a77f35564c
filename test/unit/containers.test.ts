import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');

describe('the health check of the image', () => {
  /** Runs its command beside a server that answers with a status. @returns its exit code */
  async function check(status: number, environment: (port: number) => NodeJS.ProcessEnv): Promise<number> {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
    const [, command = ''] = /HEALTHCHECK (?:.*\\\n)*\s+CMD (\[.*\])/.exec(dockerfile) ?? [];
    const [, ...given] = JSON.parse(command) as string[];
    const [code] = await once(spawn(process.execPath, given, { env: environment(port) }), 'exit');
    return code as number;
  }

  test('asks the port that the service listens on, by either name of its variable', async () => {
    expect(await check(200, (port) => ({ PORT: `${port}` }))).toBe(0);
    expect(await check(200, (port) => ({ PORT: '1', LLM_INTENT_HTTP__PORT: `${port}` }))).toBe(0);
  });

  test('fails where the service does not', async () => {
    expect(await check(503, (port) => ({ PORT: `${port}` }))).toBe(1);
    expect(await check(200, () => ({ PORT: '1' }))).toBe(1);
  });
});

test('the containers read the configuration of the checkout, and cannot change it', async () => {
  const compose = parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
    services: Record<string, { volumes: unknown[] }>;
  };
  expect(compose.services['llm-intent']?.volumes).toContainEqual(
    expect.objectContaining({ type: 'bind', target: '/app/config', read_only: true }),
  );
});
