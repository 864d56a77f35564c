import { expect, test } from 'vitest';
import { createMockWire, type MockSettings } from '../../../src/llm/mock-wire.ts';

const quiet: MockSettings = { seed: 7, latency_ms: 0, jitter_ms: 0, error_rate: 0, burst: 1 };
const request = {
  messages: [{ role: 'user', content: 'Candidates:\n-: c1 light.turn_on\nSaid: «light»' }],
  maxTokens: 9,
  temperature: 0,
} as const;

/** `.` for an answer, `x` for a failure. */
async function course(settings: Partial<MockSettings>, calls: number): Promise<string> {
  const wire = createMockWire({ ...quiet, ...settings });
  let marks = '';
  for (let call = 0; call < calls; call += 1) {
    marks += await wire
      .prepare(request)
      .send(new AbortController().signal)
      .then(
        () => '.',
        () => 'x',
      );
  }
  return marks;
}

test('the mock fails as often as it is told, in bursts, and the same way for the same seed', async () => {
  const marks = await course({ error_rate: 0.2, burst: 5 }, 5000);
  const failed = marks.replaceAll('.', '').length / marks.length;
  expect(failed).toBeGreaterThan(0.15);
  expect(failed).toBeLessThan(0.25);
  const bursts = marks.split(/\.+/).filter((burst) => burst !== '');
  // The last may not be over yet.
  expect(bursts.slice(0, -1).every((burst) => burst.length % 5 === 0)).toBe(true);
  expect(await course({ error_rate: 0.2, burst: 5 }, 5000)).toBe(marks);
  expect(await course({ error_rate: 0.2, burst: 5, seed: 8 }, 5000)).not.toBe(marks);
  expect(await course({ error_rate: 1 }, 20)).toBe('x'.repeat(20));
});

test('the mock takes its time, and is let go at once', async () => {
  const wire = createMockWire({ ...quiet, latency_ms: 5000 });
  const reason = new Error('stopped');
  const controller = new AbortController();
  const asked = wire.prepare(request).send(controller.signal);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
});
