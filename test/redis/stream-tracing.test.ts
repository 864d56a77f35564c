import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createTestStream,
  GROUP,
  startTestProcessor,
  type TestStream,
  understood,
} from '../support/processor.ts';
import { type RecordedSpan, recordSpans } from '../support/span-recorder.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const PARENT = `00-${TRACE_ID}-${CALLER}-01`;

const ended = recordSpans();
beforeEach(() => {
  ended.length = 0;
});

/** The spans around one entry, once both have ended. */
function spansOf(stream: TestStream): { process: RecordedSpan; publish: RecordedSpan } {
  const spans = ended;
  const [process, ...moreProcess] = spans.filter(({ name }) => name === `process ${stream.input}`);
  const [publish, ...morePublish] = spans.filter(({ name }) => name === `publish ${stream.output}`);
  expect([...moreProcess, ...morePublish]).toEqual([]);
  return { process: process as RecordedSpan, publish: publish as RecordedSpan };
}

async function answered(fields: Readonly<Record<string, string>>) {
  const stream = createTestStream();
  const { stop } = startTestProcessor(stream);
  const id = await stream.add({ transcript: 'zapal', ...fields });
  await stream.settled();
  // What was settled is noted when Redis's answer arrives; the stop waits for that.
  await stop();
  const [output] = await stream.outputs();
  return { stream, id, output, ...spansOf(stream) };
}

describe('the trace of a transcript', () => {
  test('goes from the caller over our processing to our publishing', async () => {
    const { stream, id, process, publish } = await answered({ traceparent: PARENT });
    expect(process.kind).toBe(SpanKind.CONSUMER);
    expect(process.context.traceId).toBe(TRACE_ID);
    expect(process.parent).toMatchObject({ traceId: TRACE_ID, spanId: CALLER, isRemote: true });
    expect(process.attributes).toMatchObject({
      'messaging.system': 'redis',
      'messaging.destination.name': stream.input,
      'messaging.consumer.group.name': GROUP,
      'messaging.message.id': id,
      'messaging.operation.type': 'process',
    });
    expect(publish.kind).toBe(SpanKind.PRODUCER);
    expect(publish.context.traceId).toBe(TRACE_ID);
    expect(publish.parent?.spanId).toBe(process.context.spanId);
    expect(publish.attributes).toMatchObject({
      'messaging.destination.name': stream.output,
      'messaging.operation.type': 'send',
    });
  });

  test('goes on in the output, from our publishing span', async () => {
    const { output, publish } = await answered({ traceparent: PARENT, tracestate: 'vendor=1,other=2' });
    expect(output?.['traceparent']).toBe(`00-${TRACE_ID}-${publish.context.spanId}-01`);
    expect(output?.['tracestate']).toBe('vendor=1,other=2');
  });

  test('is taken from a trace context in JSON as well', async () => {
    const trace_context = JSON.stringify({ trace_id: TRACE_ID, span_id: CALLER, trace_flags: '01' });
    const { output, process } = await answered({ trace_context });
    expect(process.parent).toMatchObject({ traceId: TRACE_ID, spanId: CALLER });
    expect(output?.['traceparent']).toContain(TRACE_ID);
  });

  test('begins with us where the caller has none', async () => {
    const { output, process, publish } = await answered({});
    expect(process.parent).toBeUndefined();
    const { traceId } = process.context;
    expect(publish.context.traceId).toBe(traceId);
    expect(output?.['traceparent']).toBe(`00-${traceId}-${publish.context.spanId}-01`);
    expect(output).not.toHaveProperty('tracestate');
  });

  test('is not recorded where the caller decided so, and still goes on', async () => {
    const stream = createTestStream();
    startTestProcessor(stream);
    await stream.add({ transcript: 'zapal', traceparent: PARENT.replace(/01$/, '00') });
    await stream.settled();
    expect(ended).toEqual([]);
    expect((await stream.outputs())[0]?.['traceparent']).toMatch(
      new RegExp(`^00-${TRACE_ID}-(?!${CALLER})[0-9a-f]{16}-00$`),
    );
  });

  test('tells what was understood, and never what was said', async () => {
    const { process, publish } = await answered({ transcript: 'a private matter', room: 'sypialnia' });
    expect(process.attributes).toMatchObject({
      'intent.type': 'test.say',
      'intent.confidence': 1,
      'intent.source': 'rules',
      'intent.status': 'recognized',
    });
    const told = JSON.stringify(
      [process, publish].map(({ name, attributes, events }) => [name, attributes, events]),
    );
    expect(told).not.toContain('private');
    expect(told).not.toContain('sypialnia');
  });

  test('is what the steps of the recognition hang on to', async () => {
    const stream = createTestStream();
    const { stop } = startTestProcessor(stream, {
      recognise: ({ text }, { span }) => {
        span.addEvent('seen by a step');
        return understood(text);
      },
    });
    await stream.add({ transcript: 'zapal', traceparent: PARENT });
    await stream.settled();
    await stop();
    expect(spansOf(stream).process.events).toEqual(['seen by a step']);
  });

  test('says in links where it waited, and for how long', async () => {
    const stream = createTestStream();
    const first = Promise.withResolvers<void>();
    const { stop } = startTestProcessor(stream, {
      async recognise({ text }) {
        if (text === 'first') await first.promise;
        return understood(text);
      },
    });
    const say = (transcript: string, room: string) => stream.add({ transcript, room, traceparent: PARENT });
    const ids = [await say('first', 'salon'), await say('second', 'salon'), await say('third', 'kuchnia')];
    await expect.poll(async () => (await stream.outputs()).length).toBe(1);
    first.resolve();
    await stream.settled();
    await stop();
    const [ahead, behind, aside] = ids.map((id) =>
      ended.find((span) => span.attributes['messaging.message.id'] === id),
    );
    const linksOf = (span: RecordedSpan | undefined) => span?.links.map(({ context }) => context.spanId);
    expect(linksOf(ahead)).toEqual([CALLER]);
    expect(linksOf(aside)).toEqual([CALLER]);
    expect(linksOf(behind)).toEqual([CALLER, ahead?.context.spanId]);
    expect(behind?.links.map(({ attributes }) => attributes)).toEqual([
      { 'queue.name': stream.input, 'queue.wait_ms': expect.any(Number) },
      { 'queue.name': 'room', 'queue.wait_ms': expect.any(Number) },
    ]);
  });

  test('covers all tries, and ends with an error in the dead letter', async () => {
    const stream = createTestStream();
    const { stop } = startTestProcessor(stream, {
      processing: { maxFailures: 2 },
      recognise: () => Promise.reject(new Error('no')),
    });
    await stream.add({ transcript: 'zapal', traceparent: PARENT });
    await stream.settled();
    await stop();
    const { process, publish } = spansOf(stream);
    expect(publish).toBeUndefined();
    expect(process.status).toBe(SpanStatusCode.ERROR);
    expect((await stream.letters())[0]?.['traceparent']).toBe(`00-${TRACE_ID}-${process.context.spanId}-01`);
  });

  test('has one pair of spans for each of many transcripts', async () => {
    const stream = createTestStream();
    const { stop } = startTestProcessor(stream);
    const ids: string[] = [];
    for (let index = 0; index < 50; index += 1) ids.push(await stream.add({ transcript: 'zapal' }));
    await stream.settled();
    await stop();
    const spans = ended;
    const processed = spans.filter(({ name }) => name === `process ${stream.input}`);
    expect(processed.map(({ attributes }) => attributes['messaging.message.id']).toSorted()).toEqual(
      ids.toSorted(),
    );
    expect(spans).toHaveLength(100);
    expect(new Set(spans.map((span) => span.context.traceId)).size).toBe(50);
  });
});
