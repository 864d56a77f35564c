// The arrows between the rooms of src/: who may import whom. CONTRIBUTING.md draws them; test/unit/architecture.test.ts
// plants a violation of each rule here and sees it caught.

/**
 * Every room, with what it may import besides itself: `values` as it likes, `types` by `import type` only. A room
 * that is not listed may not exist.
 */
const rooms = {
  intent: { values: [] },
  documents: { values: [] },
  config: { values: ['intent', 'documents', 'loopback.ts', 'redis-address.ts'] },
  language: { values: ['intent', 'remembered.ts'] },
  policy: { values: ['intent', 'language'] },
  lexicon: { values: ['intent', 'language', 'documents', 'clock.ts'] },
  rules: { values: ['intent', 'language', 'lexicon', 'documents'] },
  shortlist: { values: ['intent', 'language', 'lexicon', 'remembered.ts'], types: ['rules'] },
  redis: { values: ['intent', 'clock.ts', 'waiting.ts', 'redis-address.ts'] },
  stream: { values: ['intent', 'redis', 'clock.ts', 'waiting.ts'] },
  cache: { values: ['intent', 'redis', 'clock.ts', 'waiting.ts'] },
  conversation: { values: ['intent', 'language', 'redis', 'clock.ts', 'waiting.ts', 'remembered.ts'] },
  budget: { values: ['intent', 'documents', 'redis', 'clock.ts', 'waiting.ts', 'remembered.ts'] },
  limits: { values: ['intent', 'redis', 'clock.ts'] },
  mode: { values: ['intent', 'redis', 'clock.ts'] },
  events: { values: ['intent', 'redis', 'clock.ts'] },
  queue: { values: ['intent', 'redis', 'stream', 'clock.ts', 'waiting.ts'] },
  // It has to know under which keys the others keep what was said.
  erasure: { values: ['intent', 'redis', 'stream', 'queue', 'bridge', 'waiting.ts'] },
  llm: { values: ['intent', 'clock.ts', 'waiting.ts', 'remembered.ts'] },
  // It receives its steps from service.ts, so it needs to know their shape only.
  recognise: {
    values: ['intent', 'clock.ts', 'waiting.ts'],
    types: [
      'cache',
      'language',
      'lexicon',
      'rules',
      'shortlist',
      'conversation',
      'policy',
      'llm',
      'budget',
      'limits',
      'mode',
    ],
  },
  orchestrator: { values: ['intent', 'clock.ts', 'waiting.ts'] },
  evaluation: { values: ['intent', 'documents', 'clock.ts', 'waiting.ts'], types: 'all' },
  // These call what service.ts hands them, so they know the shape of everything and decide nothing.
  telemetry: { values: ['intent', 'clock.ts'], types: 'all' },
  http: { values: ['intent', 'clock.ts', 'loopback.ts'], types: 'all' },
  wyoming: { values: ['intent', 'clock.ts'], types: 'all' },
  'home-assistant': { values: ['intent', 'documents', 'lexicon', 'clock.ts', 'waiting.ts'] },
  bridge: {
    values: ['intent', 'language', 'lexicon', 'redis', 'stream', 'home-assistant', 'clock.ts', 'waiting.ts'],
    types: 'all',
  },
  cli: {
    values: [
      ...['intent', 'documents', 'config', 'telemetry', 'evaluation'],
      ...[
        'service.ts',
        'understanding.ts',
        'recognise-request.ts',
        'tools.ts',
        'bridge-service.ts',
        'home-sync.ts',
      ],
      ...['model-under-test.ts', 'version.ts'],
    ],
    types: 'all',
  },
  'clock.ts': { values: [] },
  'waiting.ts': { values: [] },
  'remembered.ts': { values: [] },
  'loopback.ts': { values: [] },
  'redis-address.ts': { values: [] },
  'version.ts': { values: [] },
  'room-keys.ts': { values: ['config', 'redis-address.ts'] },
  // The wiring, in pieces: what understands, the models beside it, what an operator works with, and the service that
  // runs all.
  'decision.ts': { values: ['intent', 'documents', 'config', 'lexicon', 'policy', 'clock.ts'] },
  'plan-models.ts': { values: ['intent', 'documents', 'config', 'llm', 'budget', 'clock.ts'] },
  'model-path': {
    values: [
      ...['plan-models.ts', 'room-keys.ts'],
      ...[
        'intent',
        'config',
        'language',
        'lexicon',
        'rules',
        'shortlist',
        'recognise',
        'clock.ts',
        'waiting.ts',
      ],
      ...['llm', 'budget', 'cache', 'limits'],
    ],
    types: ['conversation', 'understanding.ts'],
  },
  'compiled.ts': { values: ['intent', 'lexicon', 'rules', 'shortlist'] },
  'understanding.ts': {
    values: [
      'intent',
      'documents',
      'config',
      'conversation',
      'language',
      'lexicon',
      'rules',
      'recognise',
      'compiled.ts',
      'decision.ts',
      'plan-models.ts',
      'clock.ts',
    ],
  },
  'recognise-request.ts': { values: ['intent', 'config', 'clock.ts'], types: ['understanding.ts'] },
  'stream-settings.ts': { values: ['config', 'stream'] },
  'talk.ts': { values: ['intent', 'config', 'conversation', 'lexicon', 'clock.ts'] },
  'registering.ts': { values: ['config', 'orchestrator', 'telemetry', 'clock.ts'], types: ['stream'] },
  'queueing.ts': { values: ['config', 'intent', 'queue', 'redis', 'clock.ts'] },
  'assist.ts': {
    values: ['intent', 'config', 'language', 'lexicon', 'stream', 'wyoming', 'version.ts'],
    types: ['telemetry'],
  },
  'tools.ts': {
    values: [
      ...[
        'config',
        'intent',
        'redis',
        'stream',
        'events',
        'budget',
        'cache',
        'conversation',
        'lexicon',
        'mode',
        'erasure',
      ],
      ...['stream-settings.ts', 'room-keys.ts', 'talk.ts', 'clock.ts'],
    ],
  },
  // What runs beside the service: the bridge to Home Assistant, and what reads a home out of it.
  'bridge-service.ts': {
    values: [
      ...['intent', 'config', 'redis', 'reload', 'lexicon', 'bridge', 'home-assistant', 'telemetry', 'http'],
      ...['decision.ts', 'documents', 'room-keys.ts', 'clock.ts', 'version.ts'],
    ],
  },
  'home-sync.ts': { values: ['config', 'documents', 'home-assistant', 'clock.ts', 'waiting.ts'] },
  'model-under-test.ts': {
    values: [
      ...['intent', 'config', 'redis', 'budget', 'llm', 'model-path'],
      ...['room-keys.ts', 'talk.ts', 'understanding.ts', 'clock.ts'],
    ],
  },
  reload: { values: ['config', 'documents', 'waiting.ts'] },
  'core.ts': {
    values: ['intent', 'config', 'understanding.ts', 'model-path', 'talk.ts', 'clock.ts'],
    types: ['recognise'],
  },
  'main.ts': { values: ['cli', 'documents', 'intent', 'version.ts'] },
};
const nobodyImports = ['main.ts'];
const belowService = Object.keys(rooms).filter(
  (room) =>
    ![
      ...['main.ts', 'tools.ts', 'model-under-test.ts', 'cli'],
      ...['bridge', 'bridge-service.ts', 'home-assistant', 'home-sync.ts', 'erasure'],
    ].includes(room),
);
rooms['service.ts'] = { values: belowService };

/** Packages that belong to some rooms only. */
const packages = [
  {
    name: 'ioredis',
    pattern: 'ioredis',
    rooms: [
      ...['redis', 'stream', 'cache', 'budget', 'limits', 'conversation', 'mode', 'events', 'queue'],
      'erasure',
      ...[
        'service.ts',
        'model-path',
        'core.ts',
        'talk.ts',
        'assist.ts',
        'queueing.ts',
        'tools.ts',
        'model-under-test.ts',
      ],
      ...['bridge', 'bridge-service.ts'],
    ],
  },
  { name: 'home-assistant-library', pattern: 'home-assistant-js-websocket', rooms: ['home-assistant'] },
  { name: 'fastify', pattern: '@?fastify', rooms: ['http'] },
  { name: 'model-libraries', pattern: '(openai|@anthropic-ai|undici|cockatiel|js-tiktoken)', rooms: ['llm'] },
  { name: 'file-watcher', pattern: 'chokidar', rooms: ['reload'] },
  // The API is free to use everywhere, and so are the names it takes.
  { name: 'opentelemetry-sdk', pattern: '@opentelemetry/(?!api|semantic-conventions)', rooms: ['telemetry'] },
];

/** Files that came before whoever will import them. */
const awaitingTheirFirstTenant = ['^src/clock\\.ts$', '^src/intent/assert-never\\.ts$'];

const pathOf = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '\\.')}$` : `^src/${room}/`);
const pathsOf = (names) => names.map(pathOf);
const ruleName = (prefix, room) => `${prefix}-${room.replace('.ts', '')}`;

/** The rules of one room: one for values, and one for types where these may come from further away. */
function arrowsFrom([room, { values, types = [] }]) {
  const own = [room, ...values];
  const forbid = ({ name, comment, allowed, kind }) => ({
    name,
    comment,
    severity: 'error',
    from: { path: pathOf(room) },
    to: { path: '^src/', pathNot: allowed, ...kind },
  });
  const comment = `${room} may import ${values.join(', ') || 'nothing else of src/'}`;
  if (types.length === 0) {
    return [forbid({ name: ruleName('arrows-from', room), comment, allowed: pathsOf(own), kind: {} })];
  }
  return [
    forbid({
      name: ruleName('arrows-from', room),
      comment: `${comment}; anything else by import type only`,
      allowed: pathsOf(own),
      kind: { dependencyTypesNot: ['type-only'] },
    }),
    ...(types === 'all'
      ? []
      : [
          forbid({
            name: ruleName('types-from', room),
            comment: `${comment}; and types of ${types.join(', ')}`,
            allowed: pathsOf([...own, ...types]),
            kind: { dependencyTypes: ['type-only'] },
          }),
        ]),
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rooms).flatMap(arrowsFrom),
    {
      name: 'known-rooms',
      comment: 'a new room needs its arrows here first, and its line in the architecture',
      severity: 'error',
      from: { path: '^src/', pathNot: pathsOf(Object.keys(rooms)) },
      to: {},
    },
    {
      name: 'nobody-imports-main',
      comment: 'main.ts is where the program starts; what others need of it belongs in a room',
      severity: 'error',
      from: { path: pathsOf(Object.keys(rooms).filter((room) => rooms[room].types === 'all')) },
      to: { path: pathsOf(nobodyImports) },
    },
    {
      name: 'no-catch-all-files',
      comment: 'name a file after what is in it; import from the file that has it, not from a barrel',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: ['/(index|interfaces|types|util|utils|helpers|common)\\.ts$', '/(util|utils|helpers|classes)/'],
        pathNot: 'node_modules',
      },
    },
    ...packages.map(({ name, pattern, rooms: allowed }) => ({
      name: `package-${name}`,
      comment: `only ${allowed.join(', ')} may import it`,
      severity: 'error',
      from: { path: '^src/', pathNot: pathsOf(allowed) },
      to: { path: `(^|/)node_modules/${pattern}|^${pattern}` },
    })),
    {
      name: 'no-cycles',
      comment: 'types count too: two modules that need each other are one, or need a third',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'nobody imports it and it imports nothing: dead, or forgotten',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['^src/main\\.ts$', ...awaitingTheirFirstTenant] },
      to: {},
    },
    {
      name: 'no-tests-in-src',
      comment: 'the service must run without its tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-development-dependencies',
      comment: 'the image has none of them',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'declared-dependencies',
      comment: 'a package that only another one brings may be gone tomorrow: put it in package.json',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment: 'there is no such module',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // The default parser wants a TypeScript older than 7: with ours it sees no types, or no .ts file at all, and passes.
    // This one takes `import type` for the arrow that it is, without tsPreCompilationDeps.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
