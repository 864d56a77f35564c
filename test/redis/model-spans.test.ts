import { SpanKind } from '@opentelemetry/api';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { NANO_DOLLARS_A_DOLLAR } from '../../src/intent/money.ts';
import { startService } from '../../src/service.ts';
import { prepareModelGround } from '../support/model-service.ts';
import { type RecordedSpan, recordSpans } from '../support/span-recorder.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const ended = recordSpans();

test('the trace of a transcript tells of the look into the cache, and of the call to the model with what it took', async () => {
  const { provider, environment, say, answers } = await prepareModelGround({ PORT: '0' });
  const config = await loadConfig(environment);
  const signal = new AbortController().signal;
  const service = await startService({ config, log: pino({ level: 'silent' }), signal });
  onTestFinished(() => service.stop());
  await expect
    .poll(async () => await (await fetch(`${service.url}/health`)).json(), { timeout: 10_000 })
    .toMatchObject({ budget: { state: 'open' } });

  const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
  await say({ transcript: 'zapal światło w kuchni', room: 'salon', traceparent });
  await answers(1);
  const spans = ended.filter(({ context }) => context.traceId === TRACE_ID);
  const span = (name: string): RecordedSpan => {
    const [found, ...more] = spans.filter((candidate) => candidate.name === name);
    expect(more).toEqual([]);
    if (!found)
      throw new Error(`there is no span "${name}" among ${spans.map((one) => one.name).join(', ')}`);
    return found;
  };
  const [process, cache, llm, chat] = [
    ...[`process ${config.streams.input[0]}`, 'cache', 'llm', 'chat gpt-5-mini'],
  ].map(span) as [RecordedSpan, RecordedSpan, RecordedSpan, RecordedSpan];
  expect(cache.parent?.spanId).toBe(process.context.spanId);
  expect(llm.parent?.spanId).toBe(process.context.spanId);
  expect(chat.parent?.spanId).toBe(llm.context.spanId);
  // In the order in which they ended: the rules were not asked.
  expect(spans.map(({ name }) => name)).toEqual([
    ...['normalise', 'cache', 'chat gpt-5-mini', 'llm'],
    ...[expect.stringMatching(/^process |^publish /), expect.stringMatching(/^process |^publish /)],
  ]);
  const [{ tokens }] = provider.bill as [(typeof provider.bill)[number]];
  expect(chat.kind).toBe(SpanKind.CLIENT);
  expect(chat.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.output.type': 'json',
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.model': 'gpt-5-mini',
    'gen_ai.request.model': 'gpt-5-mini',
    'gen_ai.usage.input_tokens': tokens.prompt,
    'gen_ai.usage.output_tokens': tokens.completion,
    'llm.cost.dollars': provider.billed() / NANO_DOLLARS_A_DOLLAR,
    'llm.tries': 1,
  });
  expect(process.attributes).toMatchObject({ 'intent.source': 'llm' });
  expect(JSON.stringify(spans)).not.toContain('światło');
});
