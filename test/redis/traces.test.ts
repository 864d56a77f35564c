import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startCommand } from '../support/command.ts';
import { type FakeCollector, startFakeCollector } from '../support/fake-collector.ts';
import { startFakeHomeAssistant, TOKEN } from '../support/fake-home-assistant.ts';
import { picking, startModelProcess } from '../support/model-service.ts';
import type { ReceivedSpan } from '../support/received-span.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${CALLER}-01`;

/** A busy machine takes its time to start two services, and shall not let rules answer for a model. */
vi.setConfig({ testTimeout: 120_000 });
const PATIENCE = { timeout: 60_000, interval: 50 };

const WAYS = [
  {
    name: 'OTLP in protobuf',
    variables: ({ url }: FakeCollector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url }),
  },
  {
    name: 'OTLP in JSON',
    variables: ({ url }: FakeCollector) => ({
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    }),
  },
  {
    name: "Jaeger's Thrift over HTTP",
    variables: ({ url }: FakeCollector) => ({
      OTEL_TRACES_EXPORTER: 'jaeger',
      OTEL_EXPORTER_JAEGER_ENDPOINT: `${url}/api/traces`,
    }),
  },
];

test.for(WAYS)('what was said can be followed to the action, by $name', async ({ variables }) => {
  const collector = await startFakeCollector();
  const assistant = await startFakeHomeAssistant({ states: { 'light.kuchnia_sufit': 'off' } });
  const service = await startModelProcess(variables(collector));
  const { provider, environment, redis } = service;
  provider.plan(({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'light.turn_on') }));
  const output = environment['OUTPUT_STREAM'] ?? '';
  await redis.xgroup('CREATE', output, 'llm-intent-bridge', '0', 'MKSTREAM');
  const bridge = startCommand(['bridge'], {
    ...environment,
    HA_URL: assistant.url,
    HA_TOKEN: TOKEN,
    LLM_INTENT_BRIDGE__OUTPUT: `${output}:executed`,
  });
  onTestFinished(() => bridge.kill('SIGKILL'));
  const [id] = await service.say({
    transcript: 'zapal światło w kuchni',
    room: 'salon',
    traceparent: TRACEPARENT,
  });
  await expect.poll(() => redis.xlen(`${output}:executed`), PATIENCE).toBe(1);
  for (const [running, exited] of [
    [service, service.exited()],
    [bridge, bridge.finished.then(({ code }) => code)],
  ] as const) {
    running.kill('SIGTERM');
    expect(await exited).toBe(0);
  }

  const { spans } = collector;
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));
  const named = (name: string, who: string): ReceivedSpan => {
    const found = spans.filter((span) => span.name === name && span.service === who);
    expect(found.map((span) => span.name)).toEqual([name]);
    return found[0] as ReceivedSpan;
  };
  const input = environment['INPUT_STREAM'] ?? '';
  const process = named(`process ${input}`, 'llm-intent');
  const children = ['normalise', 'cache', 'llm', `publish ${output}`].map((name) =>
    named(name, 'llm-intent'),
  );
  const chat = named('chat gpt-5-mini', 'llm-intent');
  const executing = named(`process ${output}`, 'llm-intent-bridge');
  const calling = named('call light.turn_on', 'llm-intent-bridge');

  expect(process.parentSpanId).toBe(CALLER);
  expect(process.kind).toBe('consumer');
  expect(process.links).toEqual([CALLER]);
  for (const { parentSpanId } of children) expect(parentSpanId).toBe(process.spanId);
  const [, , llm, publish] = children as [ReceivedSpan, ReceivedSpan, ReceivedSpan, ReceivedSpan];
  expect(publish.kind).toBe('producer');
  expect(chat).toMatchObject({ parentSpanId: llm.spanId, kind: 'client' });
  expect(executing).toMatchObject({ parentSpanId: publish.spanId, kind: 'consumer' });
  expect(executing.links).toEqual([publish.spanId]);
  expect(executing.attributes).toMatchObject({
    'messaging.system': 'redis',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': output,
    'messaging.consumer.group.name': 'llm-intent-bridge',
    'queue.wait_ms': expect.any(Number),
  });
  expect(calling).toMatchObject({ parentSpanId: executing.spanId, kind: 'client' });

  expect(process.attributes).toMatchObject({
    'messaging.system': 'redis',
    'messaging.operation.type': 'process',
    'messaging.destination.name': input,
    'messaging.message.id': id,
    'intent.type': 'light.turn_on',
    'intent.source': 'llm',
    'intent.confidence': 0.9,
    'queue.wait_ms': expect.any(Number),
  });
  expect(chat.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5-mini',
    'gen_ai.response.model': 'gpt-5-mini',
    'gen_ai.usage.input_tokens': expect.any(Number),
    'gen_ai.usage.output_tokens': expect.any(Number),
    'llm.cost.dollars': expect.any(Number),
  });
});

/** Says something with a service that is given such variables. @returns what it logged */
async function said(
  variables: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, string>> = {},
) {
  const service = await startModelProcess({ RESOLVERS: 'cache,rules,llm', ...variables });
  await service.say({ transcript: 'zapal światło', room: 'kuchnia', ...fields });
  await service.answers(1, PATIENCE.timeout);
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  return service.log;
}

test('spans can be read in the log', async () => {
  const log = await said({ OTEL_TRACES_EXPORTER: 'console' }, { traceparent: TRACEPARENT });
  const spans = log.filter(({ event }) => event === 'span');
  const names = ['normalise', 'cache', 'rules', 'publish', 'process'];
  expect(spans.map(({ name }) => String(name).split(' ')[0])).toEqual(expect.arrayContaining(names));
  expect(spans.find(({ name }) => String(name).startsWith('process '))).toMatchObject({
    ...{ kind: 'consumer', trace_id: TRACE_ID, parent_span_id: CALLER, links: [CALLER] },
    attributes: { 'intent.type': 'light.turn_on' },
  });
});

test("spans reach Jaeger's agent over UDP", async () => {
  const agent = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void agent.close());
  await once(agent, 'listening');
  const packets: string[] = [];
  agent.on('message', (packet) => packets.push(packet.toString('latin1')));
  await said({
    OTEL_EXPORTER_JAEGER_AGENT_HOST: '127.0.0.1',
    OTEL_EXPORTER_JAEGER_AGENT_PORT: String(agent.address().port),
  });
  await expect.poll(() => packets.join(''), PATIENCE).toMatch(/llm-intent.*normalise/s);
});

test.for([
  { sampler: 'parentbased_always_off', recorded: true, how: 'the caller did' },
  { sampler: 'always_off', recorded: false, how: 'not even where the caller did' },
])('the sampler $sampler records what it says: $how', async ({ sampler, recorded }) => {
  const collector = await startFakeCollector();
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: sampler };
  await said(variables, { traceparent: TRACEPARENT });
  expect(collector.spans.some(({ traceId }) => traceId === TRACE_ID)).toBe(recorded);
});

test('with a sampler that is off nothing is recorded that starts here, and it still goes on in the output', async () => {
  const collector = await startFakeCollector();
  const service = await startModelProcess({
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
  });
  await service.say({ transcript: 'zapal światło', room: 'kuchnia' });
  const [answer] = await service.answers(1, PATIENCE.timeout);
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  expect(collector.spans).toEqual([]);
  expect(answer?.['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});
