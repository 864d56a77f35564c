import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const { options, forbidden = [] } = await extractDepcruiseConfig(join(root, '.dependency-cruiser.mjs'));

async function cruiseSource(baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise(['src'], { ...options, ruleSet: { forbidden }, validate: true, baseDir });
  if (typeof output === 'string') {
    throw new Error('expected a result, not a report');
  }
  return output;
}

/** The rules that a tree of these files breaks, beneath the project's own package.json. */
async function brokenRules(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const tree = await temporaryFolder();
  await copyFile(join(root, 'package.json'), join(tree, 'package.json'));
  const modules = [
    'ioredis',
    'fastify',
    'openai',
    'chokidar',
    'home-assistant-js-websocket',
    '@anthropic-ai/sdk',
    '@fastify/cors',
    '@opentelemetry/api',
    '@opentelemetry/sdk-node',
    'vitest',
  ];
  const stubs = modules.flatMap((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })] as const,
    [`node_modules/${name}/index.js`, ''] as const,
  ]);
  for (const [path, content] of [...Object.entries(files), ...stubs]) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
  const { summary, modules: seen } = await cruiseSource(tree);
  const planted = Object.keys(files).filter((path) => path.startsWith('src/'));
  expect(seen.map(({ source }) => source)).toEqual(expect.arrayContaining(planted));
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

/** A tree in which one module of src/ imports another, or a package. */
function importOf(
  to: string,
  { from, statement = 'import' }: { readonly from: string; readonly statement?: 'import' | 'import type' },
): Readonly<Record<string, string>> {
  const file = (room: string) => (room.endsWith('.ts') ? `src/${room}` : `src/${room}/tenant.ts`);
  const isPackage = to.startsWith('package:');
  const up = from.endsWith('.ts') ? './' : '../';
  const specifier = isPackage ? to.slice('package:'.length) : `${up}${file(to).slice('src/'.length)}`;
  return {
    [file(from)]: `${statement} { thing } from '${specifier}';\nexport const other: typeof thing | 1 = 1;\n`,
    ...(isPackage ? {} : { [file(to)]: `export const thing = 1;\nimport '@opentelemetry/api';\n` }),
  };
}

interface Plant {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
}

/** From each room to one it must not know. Where `import type` is held to the same, it is planted too. */
const forbiddenArrows: readonly (readonly [from: string, to: string])[] = [
  ['intent', 'language'],
  ['documents', 'intent'],
  ['config', 'service.ts'],
  ['language', 'lexicon'],
  ['policy', 'rules'],
  ['lexicon', 'rules'],
  ['rules', 'llm'],
  ['rules', 'redis'],
  ['redis', 'stream'],
  ['stream', 'rules'],
  ['stream', 'llm'],
  ['cache', 'rules'],
  ['conversation', 'policy'],
  ['budget', 'llm'],
  ['limits', 'budget'],
  ['mode', 'budget'],
  ['events', 'mode'],
  ['queue', 'llm'],
  ['erasure', 'conversation'],
  ['llm', 'rules'],
  ['llm', 'redis'],
  ['orchestrator', 'redis'],
  ['home-assistant', 'redis'],
  ['bridge-service.ts', 'rules'],
  ['home-sync.ts', 'redis'],
  ['clock.ts', 'intent'],
  ['waiting.ts', 'intent'],
  ['remembered.ts', 'intent'],
  ['loopback.ts', 'intent'],
  ['redis-address.ts', 'intent'],
  ['version.ts', 'intent'],
  ['decision.ts', 'rules'],
  ['plan-models.ts', 'rules'],
  ['compiled.ts', 'conversation'],
  ['understanding.ts', 'stream'],
  ['tools.ts', 'rules'],
  ['stream-settings.ts', 'rules'],
  ['room-keys.ts', 'rules'],
  ['talk.ts', 'rules'],
  ['reload', 'redis'],
  ['queueing.ts', 'rules'],
  ['model-under-test.ts', 'rules'],
  ['service.ts', 'cli'],
  ['main.ts', 'stream'],
];

/** Rooms that may know the types of others, but not call them. */
const forbiddenCalls: readonly (readonly [from: string, to: string])[] = [
  ['recognise', 'rules'],
  ['recognise', 'llm'],
  ['shortlist', 'rules'],
  ['evaluation', 'rules'],
  ['telemetry', 'stream'],
  ['http', 'budget'],
  ['wyoming', 'recognise'],
  ['bridge', 'rules'],
  ['assist.ts', 'rules'],
  ['registering.ts', 'stream'],
  ['cli', 'redis'],
  ['model-path', 'stream'],
  ['core.ts', 'recognise'],
  ['recognise-request.ts', 'understanding.ts'],
];

const plants: readonly Plant[] = [
  ...forbiddenArrows.flatMap(([from, to]) =>
    (['import', 'import type'] as const).map((statement) => ({
      rule: `arrows-from-${from.replace('.ts', '')}`,
      files: importOf(to, { from, statement }),
    })),
  ),
  ...forbiddenCalls.map(([from, to]) => ({
    rule: `arrows-from-${from.replace('.ts', '')}`,
    files: importOf(to, { from }),
  })),
  {
    rule: 'types-from-recognise',
    files: importOf('stream', { from: 'recognise', statement: 'import type' }),
  },
  {
    rule: 'types-from-shortlist',
    files: importOf('stream', { from: 'shortlist', statement: 'import type' }),
  },
  {
    rule: 'types-from-model-path',
    files: importOf('stream', { from: 'model-path', statement: 'import type' }),
  },
  {
    rule: 'types-from-core',
    files: importOf('stream', { from: 'core.ts', statement: 'import type' }),
  },
  {
    rule: 'types-from-recognise-request',
    files: importOf('stream', { from: 'recognise-request.ts', statement: 'import type' }),
  },
  {
    rule: 'types-from-registering',
    files: importOf('redis', { from: 'registering.ts', statement: 'import type' }),
  },
  {
    rule: 'types-from-assist',
    files: importOf('rules', { from: 'assist.ts', statement: 'import type' }),
  },
  { rule: 'nobody-imports-main', files: importOf('main.ts', { from: 'http', statement: 'import type' }) },
  { rule: 'known-rooms', files: { 'src/gadgets/a.ts': `import './b.ts';`, 'src/gadgets/b.ts': '' } },
  {
    rule: 'no-catch-all-files',
    files: { 'src/rules/index.ts': 'export const a = 1;', 'src/rules/b.ts': `import './index.ts';` },
  },
  {
    rule: 'no-catch-all-files',
    files: {
      'src/rules/utils/text.ts': 'export const a = 1;',
      'src/rules/b.ts': `import './utils/text.ts';`,
    },
  },
  ...['cli', 'http', 'recognise', 'llm', 'main.ts'].map((from) => ({
    rule: 'package-ioredis',
    files: importOf('package:ioredis', { from }),
  })),
  ...['openai', '@anthropic-ai/sdk'].map((library) => ({
    rule: 'package-model-libraries',
    files: importOf(`package:${library}`, { from: 'cli', statement: 'import type' }),
  })),
  {
    rule: 'package-home-assistant-library',
    files: importOf('package:home-assistant-js-websocket', { from: 'bridge' }),
  },
  { rule: 'package-file-watcher', files: importOf('package:chokidar', { from: 'service.ts' }) },
  { rule: 'package-fastify', files: importOf('package:fastify', { from: 'cli', statement: 'import type' }) },
  {
    rule: 'package-opentelemetry-sdk',
    files: {
      ...importOf('package:@opentelemetry/sdk-node', { from: 'service.ts' }),
      'package.json': JSON.stringify({ dependencies: { '@opentelemetry/sdk-node': '1' } }),
    },
  },
  {
    rule: 'no-cycles',
    files: {
      'src/rules/a.ts': `import type { B } from './b.ts';\nexport type A = B;`,
      'src/rules/b.ts': `import type { A } from './a.ts';\nexport type B = A;`,
    },
  },
  { rule: 'no-orphans', files: { 'src/rules/lonely.ts': 'export const lonely = 1;' } },
  {
    rule: 'no-tests-in-src',
    files: {
      'src/rules/a.ts': `import '../../test/support/b.ts';`,
      'test/support/b.ts': 'export const b = 1;',
    },
  },
  { rule: 'no-development-dependencies', files: importOf('package:vitest', { from: 'rules' }) },
  {
    rule: 'declared-dependencies',
    files: {
      ...importOf('package:undeclared', { from: 'rules' }),
      'node_modules/undeclared/package.json': '{"name":"undeclared","main":"index.js"}',
      'node_modules/undeclared/index.js': '',
    },
  },
  { rule: 'resolvable', files: { 'src/rules/a.ts': `import './missing.ts';` } },
];

const allowed: readonly Readonly<Record<string, string>>[] = [
  importOf('intent', { from: 'language' }),
  importOf('language', { from: 'rules' }),
  importOf('redis', { from: 'budget' }),
  importOf('clock.ts', { from: 'stream' }),
  importOf('rules', { from: 'recognise', statement: 'import type' }),
  importOf('rules', { from: 'shortlist', statement: 'import type' }),
  importOf('budget', { from: 'http', statement: 'import type' }),
  importOf('home-assistant', { from: 'bridge' }),
  importOf('rules', { from: 'service.ts' }),
  importOf('cli', { from: 'main.ts' }),
  importOf('package:ioredis', { from: 'redis' }),
  importOf('package:@opentelemetry/api', { from: 'recognise' }),
];

test('src keeps to the arrows', async () => {
  const { modules, summary } = await cruiseSource(root);
  const source = modules.filter(({ source: path }) => path.startsWith('src/'));
  // None seen, as with a parser that cannot read TypeScript, would be none violating too.
  expect(source.length).toBeGreaterThan(5);
  expect(source.some(({ dependencies }) => dependencies.length > 0)).toBe(true);
  expect(summary.violations).toEqual([]);
});

test.for(plants.map(({ rule, files }) => [rule, Object.values(files)[0]?.split(';')[0], files] as const))(
  '%s catches: %s',
  async ([rule, , files]) => {
    expect(await brokenRules(files)).toEqual([rule]);
  },
);

test.for(
  allowed.map((files) => [Object.keys(files)[0], Object.values(files)[0]?.split(';')[0], files] as const),
)('%s may: %s', async ([, , files]) => {
  expect(await brokenRules(files)).toEqual([]);
});

test('every rule has caught its planted violation', () => {
  expect([...new Set(plants.map(({ rule }) => rule))].sort()).toEqual(
    forbidden.map(({ name }) => name).sort(),
  );
});
