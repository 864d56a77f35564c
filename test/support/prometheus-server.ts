import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const RULES = join(import.meta.dirname, '../../dashboards/prometheus');

/** One series of a result: its labels, and its values, the oldest first. */
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly string[];
}

export interface PrometheusServer {
  readonly url: string;
  /** What an expression is now. @throws where Prometheus does not take it, with what it says */
  now(expression: string): Promise<readonly Series[]>;
  /** What it was in the last minute. @throws as `now` */
  lately(expression: string): Promise<readonly Series[]>;
  /** `data` of an answer of `/api/v1/`. */
  ask(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
}

/**
 * A real Prometheus with the rules and alerts of this project, that looks at what runs every second; killed when the test
 * ends.
 *
 * @param urls of what runs, by the names of dashboards/prometheus/prometheus.yml
 */
export async function startPrometheus(
  prometheus: string,
  urls: Readonly<Record<string, string>>,
): Promise<PrometheusServer> {
  const folder = await temporaryFolder();
  const settings = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(RULES, 'rules.yml'), join(RULES, 'alerts.yml')],
    scrape_configs: Object.entries(urls).map(([name, url]) => ({
      job_name: name,
      static_configs: [{ targets: [new URL(url).host] }],
    })),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(settings));
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      ...['--web.listen-address=127.0.0.1:0', '--enable-feature=exemplar-storage'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const address = await listensAt(child.stderr);
  const url = `http://${address}`;

  async function ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { readonly data?: unknown; readonly error?: string };
    if (answer.error !== undefined) throw new Error(`${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  }

  return {
    url,
    ask,
    async now(query) {
      const { resultType, result } = (await ask('query', { query })) as {
        resultType: string;
        result: { metric: Series['metric']; value: [number, string] }[];
      };
      if (resultType !== 'vector') throw new Error(`${query}: a ${resultType}, and no vector`);
      return result.map(({ metric, value: [, value] }) => ({ metric, values: [value] }));
    },
    async lately(query) {
      const end = Date.now() / 1000;
      const range = { start: String(end - 60), end: String(end), step: '1' };
      const { result } = (await ask('query_range', { query, ...range })) as {
        result: { metric: Series['metric']; values: [number, string][] }[];
      };
      return result.map(({ metric, values }) => ({ metric, values: values.map(([, value]) => value) }));
    },
  };
}

/** Waits until it says where it listens; what it says else is told where it says nothing of the kind. */
async function listensAt(errors: NodeJS.ReadableStream): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: errors })) {
    lines.push(line);
    const address = /msg="?Listening on"? .*address=(\S+)/i.exec(line)?.[1];
    if (address !== undefined) {
      errors.resume();
      return address;
    }
  }
  throw new Error(`Prometheus ended:\n${lines.join('\n')}`);
}
