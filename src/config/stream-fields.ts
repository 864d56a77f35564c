import { z } from 'zod';
import { days, name, positive, seconds } from './fields.ts';

const retention = z.strictObject({
  input_seconds: seconds.default(600).meta({
    description: 'how long an input entry stays once every group has settled it',
  }),
  output_seconds: seconds.min(1).default(days(1)).meta({ description: 'how long answers stay' }),
  output_entries: positive.default(250_000).meta({ description: 'answers kept at most' }),
  dead_letter_seconds: seconds.min(1).default(days(30)).meta({ description: 'how long dead letters stay' }),
  dead_letter_entries: positive.default(100_000).meta({ description: 'dead letters kept at most' }),
});

const streamFields = z.strictObject({
  input: z.array(name).min(1).default(['voice:transcribed']).meta({
    env: 'INPUT_STREAM',
    description: 'streams to read transcripts from; each has one active owner among the replicas',
  }),
  output: name.default('intents:recognized').meta({ env: 'OUTPUT_STREAM', description: 'where intents go' }),
  dead_letters: name
    .default('voice:transcribed:dlq')
    .meta({ env: 'DLQ_STREAM', description: 'where entries go that cannot be answered' }),
  group: name
    .default('llm-intent')
    .meta({ env: 'CONSUMER_GROUP', description: 'one group for all replicas' }),
  consumer: name.optional().meta({
    env: 'CONSUMER_NAME',
    description: 'this replica, under the same name after a restart; default <hostname>-<port>',
  }),
  lease_ms: z.number().int().min(100).max(600_000).default(5000).meta({
    env: 'LEASE_MS',
    description: 'how long a dead owner keeps an input stream',
  }),
  max_age_seconds: seconds.default(30).meta({
    env: 'MAX_TRANSCRIPT_AGE_SECONDS',
    description: 'an older transcript is published as expired; 0 = off',
  }),
  batch_size: positive.max(5000).default(500).meta({ description: 'entries read at once' }),
  high_water_mark: positive.max(100_000).default(2000).meta({
    description: 'entries in work at once; past it the stream is the queue',
  }),
  block_ms: z.number().int().min(10).max(10_000).default(1500).meta({
    description: 'how long one wait for entries blocks',
  }),
  drain_ms: z.number().int().min(0).max(600_000).default(5000).meta({
    description: 'how long work in flight may go on after a stop',
  }),
  max_failures: positive.default(5).meta({
    description: 'failures of ours after which a transcript goes to the dead letters',
  }),
  retention: retention.prefault({}),
});

type StreamFields = z.output<typeof streamFields>;

/** A stream in two roles would have us read what we wrote, for ever. */
export const streams = streamFields.superRefine((fields: StreamFields, context) => {
  const roles = [
    ...fields.input.map((stream) => ({ stream, field: 'input', name: 'an input stream (INPUT_STREAM)' })),
    { stream: fields.output, field: 'output', name: 'the output stream (OUTPUT_STREAM)' },
    { stream: fields.dead_letters, field: 'dead_letters', name: 'the dead-letter stream (DLQ_STREAM)' },
  ];
  for (const [index, { stream, field, name: role }] of roles.entries()) {
    const other = roles.slice(0, index).find((earlier) => earlier.stream === stream);
    if (!other) continue;
    const message =
      other.field === field
        ? `"${stream}" is listed twice; expected different input streams (INPUT_STREAM)`
        : `${role} and ${other.name} are both "${stream}"; expected different ones`;
    context.addIssue({ code: 'custom', path: [field], message });
  }
});
