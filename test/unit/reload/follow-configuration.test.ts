import { appendFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fingerprintOf } from '../../../src/config/fingerprint.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema.ts';
import { DocumentError } from '../../../src/documents/located-yaml.ts';
import { type ConfigurationEvents, followConfiguration } from '../../../src/reload/follow-configuration.ts';
import { configFolder } from '../../support/config-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PATIENCE = { timeout: 10_000, interval: 10 };
const never = new Promise<never>(() => undefined);

/** Follows a folder of its own. @param between what happens after its files were loaded, before they are watched */
async function followed({
  between = async () => undefined,
  change = async () => undefined,
  check = async () => undefined,
  folder,
}: {
  between?: (files: Awaited<ReturnType<typeof configFolder>>) => Promise<void>;
  change?: (config: Config) => Promise<void>;
  check?: (config: Config) => Promise<void>;
  folder?: string;
} = {}) {
  const files = await configFolder();
  const read = () => loadConfig({ LLM_INTENT_CONFIG: folder ?? files.folder });
  const config = await read();
  const print = await fingerprintOf(config);
  await between(files);
  const run: Config[] = [];
  const told: Parameters<ConfigurationEvents['running']>[0][] = [];
  const refused: string[] = [];
  const following = await followConfiguration({
    ...{ config, print, read, check },
    async change(next) {
      await change(next);
      run.push(next);
    },
    events: {
      running: (one) => told.push(one),
      refused: (reasons) => refused.push(...reasons),
      unwatched: ({ message }) => refused.push(message),
    },
  });
  onTestFinished(() => following.stop());
  return { ...files, following, run, told, refused, print };
}

const DENY = 'policy: { rules: [{ action: "lock.*", decision: deny }] }\n';

test('what was written while the process started is run, and not taken for what runs already', async () => {
  const { run, told, print } = await followed({ between: ({ write }) => write('config.yaml', DENY) });
  expect(run.map(({ policy }) => policy.rules.length)).toEqual([1]);
  expect(told).toEqual([{ version: expect.any(String), isNew: true, waiting: [] }]);
  expect(told[0]?.version).not.toBe(print.version);
});

test('what is written while a change is loaded is a change of its own', async () => {
  let rounds = 0;
  const following = await followed({
    async change() {
      rounds += 1;
      if (rounds === 1) await following.write('config.yaml', `${DENY}limits: { minute: 7 }\n`);
    },
  });
  await following.write('config.yaml', DENY);
  await expect.poll(() => following.run.at(-1)?.limits.minute, PATIENCE).toBe(7);
  expect(following.told.at(-1)).toMatchObject({ isNew: true });
});

test('an empty file is one that is only half written', async () => {
  const { folder, run, refused, following, write } = await followed();
  await writeFile(join(folder, 'config.yaml'), '');
  await expect.poll(() => refused, PATIENCE).toEqual([expect.stringMatching(/^config\.yaml: it is empty/)]);
  await following.reload();
  expect(run).toEqual([]);
  await write('config.yaml', DENY);
  await expect.poll(() => run.length, PATIENCE).toBe(1);
});

test('whatever else goes on in the folder, it is noticed in time', async () => {
  const { folder, run, write } = await followed();
  const noise = setInterval(() => void appendFile(join(folder, 'home.yaml'), '\n'), 50);
  onTestFinished(() => clearInterval(noise));
  await write('config.yaml', DENY);
  await expect.poll(() => run.length, PATIENCE).toBeGreaterThan(0);
});

test('files that are none of the configuration are not looked at', async () => {
  const { folder, told } = await followed();
  await writeFile(join(folder, 'notes.txt'), 'anything');
  await mkdir(join(folder, 'logs'));
  await writeFile(join(folder, 'logs/a.log'), 'anything');
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(told).toHaveLength(1);
});

test('a folder that another one takes the place of is followed there', async () => {
  const [first, second] = [await configFolder(), await configFolder()];
  const current = join(await temporaryFolder(), 'current');
  await symlink(first.folder, current);
  const { following, run } = await followed({ folder: current });
  await second.write('config.yaml', DENY);
  await rm(current);
  await symlink(second.folder, current);
  await following.reload();
  expect(run).toHaveLength(1);
  await second.write('config.yaml', `${DENY}limits: { minute: 7 }\n`);
  await expect.poll(() => run.at(-1)?.limits.minute, PATIENCE).toBe(7);
});

test('a change that waits for something does not keep the process from ending, and nothing is changed after that', async () => {
  const { following, run, write } = await followed({ change: () => never });
  await write('config.yaml', DENY);
  void following.reload();
  await following.stop();
  await following.reload();
  expect(run).toEqual([]);
});

test('what fails for another reason than a mistake is tried again by itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  let tries = 0;
  const { following, run, refused, write } = await followed({
    async change() {
      tries += 1;
      if (tries === 1) throw new Error('the disk is full');
    },
  });
  await write('config.yaml', DENY);
  await following.reload();
  expect(refused).toEqual(['the disk is full']);
  await vi.advanceTimersByTimeAsync(10_000);
  await vi.waitFor(() => expect(run).toHaveLength(1));
});

test('what only a new start can run needs one, and has no mistake', async () => {
  const mistake = new DocumentError([{ file: 'config.yaml', message: 'there is no key' }]);
  const { following, told, refused, run, write } = await followed({ change: () => Promise.reject(mistake) });
  await write('config.yaml', `${DENY}mode: { margin: 0.2 }\n`);
  await following.reload();
  expect({ refused, run }).toEqual({ refused: [], run: [] });
  expect(told.at(-1)).toMatchObject({ isNew: false, waiting: ['mode.margin', 'everything'] });
});

test('what is told of a mistake names no folder and no key', async () => {
  const { folder, following, refused, write } = await followed();
  const key = 'sk-proj-0123456789abcdefghijklmnop';
  await write('config.yaml', `llm: { openai: { ${key}: 1 } }\n`);
  await following.reload();
  await write('config.yaml', '{}\n');
  const elsewhere = new Error(`cannot open ${folder}/home.yaml`);
  const other = await followed({ change: () => Promise.reject(elsewhere), folder });
  await write('config.yaml', DENY);
  await other.following.reload();
  expect(refused[0]).toMatch(/^config\.yaml:1:\d+: there is no field "\[hidden\]" here/);
  expect([...refused, ...other.refused].join()).not.toContain(key);
  expect(other.refused.at(-1)).toBe('cannot open home.yaml');
});
