import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
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

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly command?: string | readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly volumes?: readonly unknown[];
        readonly ports?: readonly string[];
      }
    >
  >;
}

const readYaml = async <Content>(file: string): Promise<Content> =>
  parse(await readFile(join(ROOT, file), 'utf8'), { merge: true }) as Content;

describe('what watches the containers', () => {
  const compose = readYaml<Compose>('docker-compose.yml');

  test('is Prometheus, which finds its configuration, and each of its targets where that listens', async () => {
    const { services } = await compose;
    expect(services['prometheus']?.volumes).toContain('./dashboards/prometheus:/etc/prometheus:ro');
    expect(services['prometheus']?.command).toContain('--config.file=/etc/prometheus/prometheus.yml');
    const { scrape_configs } = await readYaml<{
      scrape_configs: {
        job_name: string;
        static_configs: { targets: string[] }[];
        dns_sd_configs?: unknown[];
      }[];
    }>('dashboards/prometheus/prometheus.yml');
    const targets = scrape_configs.flatMap(({ job_name, static_configs }) =>
      static_configs.flatMap((one) => one.targets.map((target) => [job_name, target])),
    );
    expect(targets).toEqual([
      ['llm-intent', `llm-intent:${services['llm-intent']?.environment?.['PORT']}`],
      ['llm-intent-bridge', `bridge:${services['bridge']?.environment?.['BRIDGE_PORT']}`],
    ]);
    // The second replica listens where the first one does.
    expect(scrape_configs[0]?.dns_sd_configs).toEqual([
      { names: ['llm-intent-2'], type: 'A', port: Number(services['llm-intent-2']?.environment?.['PORT']) },
    ]);
    // Where the health check of the image looks.
    expect(services['bridge']?.environment?.['PORT']).toBe(services['bridge']?.environment?.['BRIDGE_PORT']);
  });

  test('is Grafana, which asks Prometheus and leads to Jaeger where both listen', async () => {
    const { services } = await compose;
    expect(services['grafana']?.volumes).toContain(
      './dashboards/grafana/provisioning:/etc/grafana/provisioning:ro',
    );
    const { datasources } = await readYaml<{
      datasources: {
        name: string;
        url: string;
        jsonData?: { exemplarTraceIdDestinations?: { url: string }[] };
      }[];
    }>('dashboards/grafana/provisioning/datasources/datasources.yml');
    const publishes = (name: string, port: string): boolean =>
      services[name]?.ports?.some((published) => published === `127.0.0.1:${port}:${port}`) ?? false;
    for (const { url } of datasources) {
      const { hostname, port } = new URL(url);
      expect(publishes(hostname, port), url).toBe(true);
    }
    const [destination] = datasources[0]?.jsonData?.exemplarTraceIdDestinations ?? [];
    const { port } = new URL(destination?.url ?? '');
    expect(publishes('jaeger', port)).toBe(true);
  });

  test('is told of the traces of both, wherever no other collector is named', async () => {
    const { services } = await compose;
    for (const name of ['llm-intent', 'bridge']) {
      expect(services[name]?.environment?.['OTEL_EXPORTER_OTLP_ENDPOINT']).toContain(':-http://jaeger:4318}');
    }
  });
});

test('a second replica is as the first, but for its name, its port and its disk', async () => {
  const { services } = await readYaml<Compose>('docker-compose.yml');
  const [first, second] = [services['llm-intent'], services['llm-intent-2']];
  expect(second).toMatchObject({ profiles: ['pair'], hostname: 'llm-intent-2' });
  expect({ ...second, profiles: undefined }).toEqual({
    ...{ ...first, hostname: 'llm-intent-2', ports: [expect.stringMatching(/^127\.0\.0\.1:.*8015.*:8005$/)] },
    ...{ profiles: undefined, volumes: ['data-2:/data', first?.volumes?.[1]] },
    environment: {
      ...{ ...first?.environment, PROCESSOR_ID: 'llm-intent-2' },
      LLM_INTENT_WYOMING__ENABLED: 'false',
    },
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

describe('the workflows', () => {
  const FOLDER = join(ROOT, '.github/workflows');
  interface Workflow {
    readonly permissions: Record<string, string>;
    readonly concurrency: unknown;
    readonly jobs: Record<string, { steps?: { uses?: string; run?: string }[]; uses?: string }>;
  }

  test('may read and no more where nothing else is said, and run nothing that somebody could exchange', async () => {
    const files = await readdir(FOLDER);
    expect(files.toSorted()).toEqual(['ci.yml', 'deploy-self-hosted.yml', 'image.yml']);
    for (const file of files) {
      const text = await readFile(join(FOLDER, file), 'utf8');
      const { permissions, concurrency, jobs } = parse(text) as Workflow;
      expect([file, permissions]).toEqual([file, { contents: 'read' }]);
      expect(concurrency).toBeDefined();
      const steps = Object.values(jobs).flatMap(({ steps: own = [] }) => own);
      for (const { uses, run = '' } of steps) {
        if (uses !== undefined) expect([file, uses]).toEqual([file, expect.stringMatching(/@[0-9a-f]{40}$/)]);
        // What somebody typed, or named a branch, must not become part of a script.
        expect([file, run]).toEqual([file, expect.not.stringContaining('${{')]);
      }
    }
  });

  test('the checks are those of any other machine, and llm-intent is among what is deployed', async () => {
    const ci = parse(await readFile(join(FOLDER, 'ci.yml'), 'utf8')) as Workflow;
    expect(ci.jobs['check']?.steps?.map(({ run }) => run)).toContain('.ci/run');
    const deploy = parse(await readFile(join(FOLDER, 'deploy-self-hosted.yml'), 'utf8'));
    expect(deploy).toHaveProperty('jobs.deploy.strategy.matrix.service', ['llm-intent']);
  });
});
