import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ProcessorDescription,
  type Registration,
  type RegistrationTimes,
  startRegistration,
} from '../../../src/orchestrator/registration.ts';
import { startFakeOrchestrator } from '../../support/fake-orchestrator.ts';

const REGISTER = 'POST /api/v1/processors/register';
const HEARTBEAT = 'POST /api/v1/processors/heartbeat';
const UPDATE = 'PUT /api/v1/processors/llm-intent-1';
const SIGN_OFF = 'DELETE /api/v1/processors/llm-intent-1';

const DESCRIPTION: ProcessorDescription = {
  id: 'llm-intent-1',
  queue: 'voice:transcribed',
  endpoint: 'http://127.0.0.1:8005/intent',
  healthEndpoint: 'http://127.0.0.1:8005/health',
  resultStream: 'intents:recognized',
};
const QUICK: RegistrationTimes = {
  // Whoever answers at all does so by then, on a busy machine too.
  ...{ heartbeatMs: 20, answerMs: 3000, goodbyeMs: 60 },
  ...{ firstPauseMs: 5, longestPauseMs: 20 },
};

/** Registers, and writes down what is told. */
function start(
  url: string,
  { times = {}, id = DESCRIPTION.id }: { times?: Partial<RegistrationTimes>; id?: string } = {},
): Registration & { readonly told: readonly string[] } {
  const told: string[] = [];
  const registration = startRegistration({
    url,
    describe: { ...DESCRIPTION, id },
    status: () => 'degraded',
    now: () => Date.UTC(2026, 10, 21, 8),
    times: { ...QUICK, ...times },
    events: {
      registered: () => told.push('registered'),
      trouble: (operation, reason) => told.push(`${operation}: ${reason}`),
      recovered: (operation) => told.push(`${operation} again`),
    },
  });
  onTestFinished(() => registration.stop());
  return { ...registration, told };
}

describe('the registration with an orchestrator', () => {
  test('tells who it is, what it can do and where it answers, then that it lives', async () => {
    const fake = await startFakeOrchestrator();
    start(`${fake.url}/`);
    await expect.poll(() => fake.times(HEARTBEAT)).toBeGreaterThan(1);
    expect(fake.asked[0]).toEqual({
      what: REGISTER,
      body: {
        id: 'llm-intent-1',
        capabilities: ['intent_recognition', 'natural_language'],
        capacity: 50,
        queue: 'voice:transcribed',
        endpoint: 'http://127.0.0.1:8005/intent',
        health_endpoint: 'http://127.0.0.1:8005/health',
        metadata: { result_stream: 'intents:recognized' },
      },
    });
    expect(fake.asked[1]).toEqual({
      what: HEARTBEAT,
      body: { processor_id: 'llm-intent-1', status: 'degraded', timestamp: '2026-11-21T08:00:00.000Z' },
    });
    expect(fake.times(REGISTER)).toBe(1);
  });

  test('takes its own place where an earlier run did not sign off', async () => {
    const fake = await startFakeOrchestrator();
    fake.misbehave((what) => (what === REGISTER ? { status: 409 } : { status: 200 }));
    start(fake.url);
    await expect.poll(() => fake.times(HEARTBEAT)).toBeGreaterThan(0);
    expect(fake.asked.map(({ what }) => what).slice(0, 3)).toEqual([REGISTER, UPDATE, HEARTBEAT]);
    expect(fake.asked[1]?.body).toEqual(fake.asked[0]?.body);
  });

  test('registers again where it was forgotten', async () => {
    const fake = await startFakeOrchestrator();
    const { told } = start(fake.url);
    await expect.poll(() => fake.times(HEARTBEAT)).toBeGreaterThan(0);
    fake.forget();
    await expect.poll(() => fake.times(REGISTER)).toBe(2);
    await expect.poll(() => [...fake.processors]).toEqual(['llm-intent-1']);
    await expect.poll(() => told).toEqual(['registered', 'registered']);
  });

  test('signs off when it stops', async () => {
    const fake = await startFakeOrchestrator();
    const { stop } = start(fake.url);
    await expect.poll(() => [...fake.processors]).toEqual(['llm-intent-1']);
    await stop();
    // A heartbeat that was under way may arrive behind it.
    expect(fake.asked.map(({ what }) => what)).toContain(SIGN_OFF);
    expect([...fake.processors]).toEqual([]);
  });

  test('writes an id that is no word so that it stays one part of the address', async () => {
    const fake = await startFakeOrchestrator();
    const { stop } = start(fake.url, { id: 'dom/piętro 1' });
    await expect.poll(() => [...fake.processors]).toEqual(['dom/piętro 1']);
    await stop();
    const signOff = 'DELETE /api/v1/processors/dom%2Fpi%C4%99tro%201';
    expect(fake.asked.map(({ what }) => what)).toContain(signOff);
  });

  test('waits for one that is down at the start, and says so once', async () => {
    const fake = await startFakeOrchestrator();
    await fake.down();
    const { told } = start(fake.url);
    await expect.poll(() => told).toEqual(['register: ECONNREFUSED']);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await fake.up();
    await expect.poll(() => told).toEqual(['register: ECONNREFUSED', 'register again', 'registered']);
  });

  test('goes on when one that went down is back, whether it remembers or not', async () => {
    const fake = await startFakeOrchestrator();
    const { told } = start(fake.url);
    await expect.poll(() => fake.times(HEARTBEAT)).toBeGreaterThan(0);
    await fake.down();
    await expect.poll(() => told.length).toBeGreaterThan(1);
    fake.forget();
    await fake.up();
    await expect.poll(() => [...fake.processors]).toEqual(['llm-intent-1']);
    expect(told[1]).toMatch(/^heartbeat: /);
    await expect.poll(() => told.slice(-2)).toEqual(['heartbeat again', 'registered']);
  });

  test.each([
    [500, 'it answers 500'],
    [422, 'it answers 422'],
    // A redirect leads to somebody else.
    [307, 'it answers 307'],
  ])('tries again after a %i', async (status, reason) => {
    const fake = await startFakeOrchestrator();
    fake.misbehave((what) => (what === REGISTER && fake.times(REGISTER) < 4 ? { status } : undefined));
    const { told } = start(fake.url);
    await expect.poll(() => told).toEqual([`register: ${reason}`, 'register again', 'registered']);
    expect(fake.times(REGISTER)).toBe(4);
  });

  test('gives up on an answer that does not come, and asks again', async () => {
    const fake = await startFakeOrchestrator();
    fake.misbehave((what) => (what === REGISTER && fake.times(REGISTER) < 3 ? 'silence' : undefined));
    const { told } = start(fake.url, { times: { answerMs: 60 } });
    await expect
      .poll(() => told)
      .toEqual(['register: no answer within 60 ms', 'register again', 'registered']);
  });

  test('does not care what the body of an answer holds', async () => {
    const fake = await startFakeOrchestrator();
    fake.misbehave((what) =>
      what === REGISTER ? { status: 201, body: '{"id": ' } : { status: 200, body: '<html>' },
    );
    const { told } = start(fake.url);
    await expect.poll(() => fake.times(HEARTBEAT)).toBeGreaterThan(1);
    expect(told).toEqual(['registered']);
  });

  test('stops in time beside one that answers nothing', async () => {
    const fake = await startFakeOrchestrator();
    fake.misbehave(() => 'silence');
    const { stop, told } = start(fake.url, { times: { answerMs: 60_000 } });
    await expect.poll(() => fake.times(REGISTER)).toBe(1);
    await stop();
    // It may have been heard.
    // A heartbeat that was under way may arrive behind it.
    expect(fake.asked.map(({ what }) => what)).toContain(SIGN_OFF);
    expect(told).toEqual(['sign off: no answer within 60 ms']);
  });
});
