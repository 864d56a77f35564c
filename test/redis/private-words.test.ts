import { expect, onTestFinished, test, vi } from 'vitest';
import { startFakeCollector } from '../support/fake-collector.ts';
import type { FakeRequest, Fate } from '../support/fake-provider.ts';
import { picking, SECRET_KEY, startModelProcess } from '../support/model-service.ts';
import { postIntent } from '../support/post-intent.ts';

const HTTP_TOKEN = 'a-token-that-nobody-may-read';
const COLLECTOR_TOKEN = 'collectors-token-nobody-reads';
/** In each private sentence, room and name: in nothing that is ours. */
const WORD = 'kwiatuszek';
const PATIENCE = { timeout: 60_000, interval: 50 };
/** A busy machine takes its time to start a service. */
vi.setConfig({ testTimeout: 120_000 });

/** Providers repeat what they were sent in what they complain of. */
const complaint = ({ prompt }: FakeRequest) => ({
  message: `no: ${SECRET_KEY} said ${prompt}`,
  code: prompt,
});
const FATES: readonly ((request: FakeRequest) => Fate)[] = [
  ({ prompt }) => ({ kind: 'answer', content: picking(prompt, 'light.turn_on') }),
  (request) => ({ kind: 'status', status: 400, error: complaint(request) }),
  (request) => ({ kind: 'status', status: 401, error: complaint(request) }),
  (request) => ({ kind: 'status', status: 500, error: complaint(request) }),
  ({ prompt }) => ({ kind: 'answer', content: `${SECRET_KEY} ${prompt}` }),
  ({ prompt }) => ({ kind: 'page', body: `<html>${SECRET_KEY} ${prompt}</html>` }),
  () => ({ kind: 'reset' }),
];

/** A service that meets all sorts of trouble with private sentences. @returns what it told of it */
async function troubled(given: Readonly<Record<string, string>>) {
  const collector = await startFakeCollector();
  const service = await startModelProcess({
    ...{ HTTP_TOKEN, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${COLLECTOR_TOKEN}`,
    ...given,
  });
  onTestFinished(() => service.kill('SIGKILL'));
  let requests = 0;
  service.provider.plan((request) => FATES[requests++ % FATES.length]?.(request));
  const context = { user: `${WORD}-user`, session_id: `${WORD}-session` };
  const sentences = FATES.map((_, index) => `zapal kinkiet dla ${WORD} ${'raz '.repeat(index)}w kuchni`);
  await service.say(
    ...sentences.map((transcript, index) => ({ ...context, transcript, room: `${WORD}-${index}` })),
    { ...context, transcript: `otwórz drzwi wejściowe ${WORD}`, room: 'przedpokój' },
    { ...context, transcript: `${WORD} `.repeat(1000), frame_id: 'far-too-long' },
    { result: `{"transcript": "${WORD}` },
  );
  const authorization = { authorization: `Bearer ${HTTP_TOKEN}` };
  for (const body of [{ text: `zgaś ${WORD}` }, { text: `${WORD}`, cache_mode: WORD }]) {
    await postIntent(service.url, body, authorization);
  }
  await postIntent(service.url, {}, { authorization: `Bearer ${WORD}` });
  await service.answers(sentences.length + 1, PATIENCE.timeout);
  await expect
    .poll(() => service.log.filter(({ event }) => event === 'dead_letter'), PATIENCE)
    .toHaveLength(2);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  service.kill('SIGTERM');
  expect(await service.exited()).toBe(0);
  return { collector, metrics, log: service.log };
}

test('neither metrics nor spans nor the log hold a key, or a word that was said; each paid call is a line', async () => {
  const { collector, metrics, log } = await troubled({});
  expect(log.filter(({ event }) => event === 'model_call').length).toBeGreaterThan(3);
  expect(metrics).toContain('llm_requests_total{');
  const kinds = new Set(collector.spans.map(({ name }) => name.replace(/^(process|publish) .*/, '$1')));
  expect([...kinds].toSorted()).toEqual([
    ...['cache', 'chat gpt-5-mini', 'llm', 'normalise', 'process', 'publish', 'recognise', 'rules'],
  ]);
  // The collector's own token is in the header where it belongs.
  const bodies = collector.raw.filter((_, index) => index % 2 === 0);
  for (const told of [metrics, JSON.stringify(log), ...bodies]) {
    expect(told).not.toContain(WORD);
    for (const secret of [SECRET_KEY, HTTP_TOKEN, COLLECTOR_TOKEN]) expect(told).not.toContain(secret);
  }

  const calls = log.filter(({ event }) => event === 'model_call');
  for (const call of calls) {
    expect(call).toMatchObject({
      level: 'info',
      model: 'gpt-5-mini',
      prompt_tokens: expect.any(Number),
      completion_tokens: expect.any(Number),
      cost_usd: expect.stringMatching(/^\d+(\.\d+)?$/),
      ms: expect.any(Number),
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  }
  expect(calls.some(({ message_id }) => /^\d+-\d+$/.test(String(message_id)))).toBe(true);
});

test('what was said is in spans where that is wanted, and not in the log', async () => {
  const { collector, log } = await troubled({ TRACE_TRANSCRIPTS: 'true' });
  const told = collector.spans.flatMap(({ attributes }) => attributes['intent.transcript'] ?? []);
  expect(told).toContain(`zapal kinkiet dla ${WORD} w kuchni`);
  expect(told).toContain(`zgaś ${WORD}`);
  expect(JSON.stringify(log)).not.toContain(WORD);
});
