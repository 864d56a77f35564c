import { z } from 'zod';
import { name, positive, webAddress } from './fields.ts';

const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

/** `key=value,key=value`, the values percent-encoded, as OpenTelemetry's specification has it. */
const headers = z
  .string()
  .refine(
    (text) => text.split(',').every((pair) => /^\s*[!#$%&'*+.^_`|~\w-]+\s*=[\x20-\x7e]*$/.test(pair)),
    'expected headers like authorization=Bearer%20abc,x-tenant=home',
  );

const otlp = z.strictObject({
  endpoint: webAddress.optional().meta({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description: 'where a collector listens, such as http://127.0.0.1:4318; /v1/traces is added',
  }),
  traces_endpoint: webAddress.optional().meta({
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    description: 'the same for traces alone, taken as it is',
  }),
  headers: headers.optional().meta({
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    envFile: 'OTEL_EXPORTER_OTLP_HEADERS_FILE',
    description: 'what each request carries besides, such as authorization=Bearer%20abc',
  }),
  protocol: z.enum(['http/protobuf', 'http/json']).default('http/protobuf').meta({
    env: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    description: 'how spans are written',
  }),
});

const jaeger = z.strictObject({
  endpoint: webAddress.optional().meta({
    env: 'OTEL_EXPORTER_JAEGER_ENDPOINT',
    description: 'the collector, such as http://127.0.0.1:14268/api/traces',
  }),
  agent_host: name.optional().meta({
    env: 'OTEL_EXPORTER_JAEGER_AGENT_HOST',
    description: 'an agent that takes spans over UDP; not asked where there is an endpoint',
  }),
  agent_port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(6832)
    .meta({ env: 'OTEL_EXPORTER_JAEGER_AGENT_PORT', description: "the agent's port" }),
  user: name
    .optional()
    .meta({ env: 'OTEL_EXPORTER_JAEGER_USER', description: 'whom the collector is told we are' }),
  password: name.optional().meta({
    env: 'OTEL_EXPORTER_JAEGER_PASSWORD',
    envFile: 'OTEL_EXPORTER_JAEGER_PASSWORD_FILE',
    description: "that user's password",
  }),
});

const batch = z.strictObject({
  delay_ms: positive.default(1000).meta({
    env: 'OTEL_BSP_SCHEDULE_DELAY',
    description: 'how long spans wait for others to be sent with',
  }),
  size: positive.default(512).meta({
    env: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    description: 'spans that are sent together, at most',
  }),
  queue: positive.default(4096).meta({
    env: 'OTEL_BSP_MAX_QUEUE_SIZE',
    description: 'spans that wait to be sent, at most; more are dropped. 4096 take about 2 MB',
  }),
  timeout_ms: positive.default(3000).meta({
    env: 'OTEL_BSP_EXPORT_TIMEOUT',
    description:
      'what sending them may take, its repetitions included; what is not sent by then is lost, also when the process stops',
  }),
});

export const tracing = z.strictObject({
  exporter: z.enum(['otlp', 'jaeger', 'console', 'none']).optional().meta({
    env: 'OTEL_TRACES_EXPORTER',
    description: 'where spans go; by default wherever an endpoint is configured, else nowhere',
  }),
  disabled: z
    .boolean()
    .default(false)
    .meta({ env: 'OTEL_SDK_DISABLED', description: 'record nothing, whatever else is configured' }),
  service_name: name.optional().meta({
    env: 'OTEL_SERVICE_NAME',
    description: 'who recorded them; by default llm-intent, and llm-intent-bridge for the bridge',
  }),
  sampler: z.enum(SAMPLERS).default('parentbased_always_on').meta({
    env: 'OTEL_TRACES_SAMPLER',
    description: 'which traces are recorded: parentbased_ goes by the caller, where there is one',
  }),
  sampler_ratio: z.number().min(0).max(1).default(1).meta({
    env: 'OTEL_TRACES_SAMPLER_ARG',
    description: 'how many of them, by traceidratio: 0.1 = a tenth',
  }),
  transcripts: z
    .boolean()
    .default(false)
    .meta({ env: 'TRACE_TRANSCRIPTS', description: 'also record what was said' }),
  context_field: z.boolean().default(false).meta({
    env: 'TRACE_CONTEXT_FIELD',
    description: 'also write the trace as JSON into the field trace_context',
  }),
  batch: batch.prefault({}),
  otlp: otlp.prefault({}),
  jaeger: jaeger.prefault({}),
});
