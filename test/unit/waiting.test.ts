import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ahead } from '../../src/waiting.ts';

test('work is done ahead once there is time, and once only', async () => {
  let times = 0;
  const result = ahead(() => {
    times += 1;
    return times;
  });
  expect(times).toBe(0);
  await turn();
  expect(times).toBe(1);
  expect(result()).toBe(1);
  expect(result()).toBe(1);
});

test('who asks sooner does not wait for it', async () => {
  let times = 0;
  const result = ahead(() => {
    times += 1;
    return 'done';
  });
  expect(result()).toBe('done');
  await turn();
  expect(times).toBe(1);
});

test('what goes wrong is told to whoever asks, and to nobody else', async () => {
  const result = ahead(() => {
    throw new Error('broken');
  });
  await turn();
  expect(result).toThrow('broken');
});
