import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { encodeEntry } from '../../src/intent/recognition-codec.ts';
import { openConnection } from '../../src/redis/connection.ts';
import { startProcessor } from '../../src/stream/processor.ts';
import { createShare } from '../../src/stream/share.ts';
import { streamNames } from '../../src/stream/stream-names.ts';
import { inputsOf, type ReplicaOptions, STREAMS } from './replica.ts';

// The real stream processor as a process of its own, with a recogniser that does what the transcript says. Tells
// what happens in JSON lines on standard output.

const options = JSON.parse(process.argv[2] ?? '{}') as Required<ReplicaOptions>;
const { consumer, leaseMs } = options;

function tell(event: string, details: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);
}

function connect(name: string) {
  return openConnection({
    ...{ url: options.url, key: STREAMS.input },
    name: `${consumer}:${name}`,
    events: {
      lost: (error) => tell('connection lost', { name, reason: error.message }),
      ready: () => undefined,
    },
  });
}

const understood: Recognition = {
  meaning: {
    status: 'recognized',
    kind: 'action',
    actions: [{ intent: 'light.turn_on', entities: { area: 'salon' } }],
    confidence: 1,
    requiresConfirmation: false,
  },
  source: 'rules',
};

/** `wait 20`: milliseconds of waiting. `block 20`: of doing nothing else. `boom`: a defect. `die`: the end. */
function obey(text: string): Recognition | Promise<Recognition> {
  const [verb, amount] = text.split(' ');
  switch (verb) {
    case 'wait':
      return sleep(Number(amount), understood);
    case 'block': {
      const end = performance.now() + Number(amount);
      while (performance.now() < end);
      return understood;
    }
    case 'boom':
      throw new Error('boom');
    case 'die':
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    default:
      return understood;
  }
}

const redis = connect('commands');
const share = createShare({ turnMs: leaseMs, now: systemClock.monotonic });
const inputs = inputsOf(options.inputs);
const processors = inputs.map((input) =>
  startProcessor({
    redis,
    connectReader: () => connect('reader'),
    names: streamNames({ ...STREAMS, input, consumer }),
    flow: {
      leaseMs,
      batchSize: 500,
      highWaterMark: options.highWaterMark,
      blockMs: 500,
      silenceMs: options.silenceMs,
      drainMs: 300,
    },
    retention: {
      inputSeconds: 86_400,
      outputSeconds: 86_400,
      outputEntries: 1_000_000,
      deadLetterSeconds: 86_400,
      deadLetterEntries: 1_000_000,
    },
    processing: {
      recognise: ({ text }) => obey(text),
      encode: (recognized, sourceMessageId) =>
        encodeEntry(recognized, { sourceMessageId, ...(inputs.length > 1 && { sourceStream: input }) }),
      defaultLanguage: 'pl',
      laneDepth: 1000,
      maxAgeSeconds: 0,
      maxFailures: 5,
      processorId: consumer,
    },
    events: {
      ownership: (state) => tell(state, { input }),
      interrupted: (error) => tell('interrupted', { input, reason: error.message }),
      reclaimed: (count) => tell('reclaimed', { count }),
      published: () => undefined,
      skipped: (reason) => tell('skipped', { reason }),
      deadLettered: ({ id, reason }) => tell('dead letter', { id, reason }),
      failed: ({ id, attempt }) => tell('failed', { id, attempt }),
      trouble: (operation, error) => tell('trouble', { operation, reason: error.message }),
      recovered: () => undefined,
    },
    clock: systemClock,
    share,
  }),
);

process.once('SIGTERM', async () => {
  await Promise.all(processors.map((processor) => processor.stop()));
  redis.disconnect();
  tell('stopped', { peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024) });
});
tell('started');
