import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { startChatSpan } from '../../../src/llm/chat-span.ts';
import { startModelStep } from '../../support/model-step.ts';
import { recordSpans } from '../../support/recorded-spans.ts';

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => trace.disable());

test('a call has a span with what it took, and none of its words', async () => {
  const { provider, spans } = recordSpans();
  trace.setGlobalTracerProvider(provider);
  const span = trace.getTracer('test').startSpan('process voice:transcribed', {}, ROOT_CONTEXT);
  const { ask, server, purse } = await startModelStep({ settings: { retries: 0 } });
  const { use } = await ask('zapal kinkiet', { span });
  server.plan(() => ({ kind: 'status', status: 401 }));
  await ask('zapal kinkiet', { span });

  const [answered, failed] = spans.filter(({ name }) => name.startsWith('chat'));
  expect(answered).toMatchObject({
    name: 'chat gpt-4.1-mini',
    parent: span.spanContext(),
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4.1-mini',
      'gen_ai.usage.input_tokens': use?.promptTokens,
      'gen_ai.usage.output_tokens': use?.completionTokens,
      'llm.cost.dollars': purse.spent() / 1e9,
    },
  });
  expect(failed).toMatchObject({
    ended: true,
    status: { code: SpanStatusCode.ERROR, message: expect.stringContaining('OPENAI_API_KEY') },
  });
  expect(JSON.stringify([answered, failed])).not.toMatch(/kinkiet|sk-secret/);
});

test.each([
  ['gemini', 'gcp.gemini'],
  ['anthropic', 'anthropic'],
  ['openrouter', 'openrouter'],
])('a call of %s is told as one of %s, as the conventions call it', (provider, told) => {
  const recorded = recordSpans();
  trace.setGlobalTracerProvider(recorded.provider);
  const parent = trace.getTracer('test').startSpan('llm', {}, ROOT_CONTEXT);
  startChatSpan(parent, { provider, model: 'm' });
  expect(recorded.spans[1]?.attributes).toMatchObject({ 'gen_ai.provider.name': told });
});
