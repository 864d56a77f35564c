import { expect, test } from 'vitest';
import type { Recognise } from '../../src/intent/recognise.ts';
import type { Recognition } from '../../src/intent/recognition.ts';
import { createTestStream, startTestProcessor } from '../support/processor.ts';

const unclear = (source: Recognition['source']): Recognition => ({
  meaning: { status: 'unclear', responseText: 'Nie rozumiem.' },
  source,
});

/** Answers that take time, where there is any, until the gate opens. */
function slowly(): { recognise: Recognise; open: () => void } {
  const gate = Promise.withResolvers<void>();
  return {
    recognise: (_transcript, { mayWait }) =>
      mayWait ? gate.promise.then(() => unclear('llm')) : unclear('rules'),
    open: () => gate.resolve(),
  };
}

test('past a few that wait for a model, a room is answered without one, in order', async () => {
  const stream = createTestStream();
  const { recognise, open } = slowly();
  for (let index = 0; index < 8; index += 1) {
    await stream.add({ transcript: 'zapal światło', room: 'salon', frame_id: String(index) });
  }
  const { happenings } = startTestProcessor(stream, { processing: { recognise, laneDepth: 2 } });
  open();
  await stream.settled();
  const outputs = await stream.outputs();
  expect(outputs.map((output) => output['frame_id'])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  const sources = outputs.map(({ source }) => source);
  expect(sources.slice(0, 3)).toEqual(['llm', 'llm', 'llm']);
  expect(sources).toContain('rules');
  expect(happenings.interrupted).toEqual([]);
});

test('what waits for a model is load, until it is answered, and nothing more is read at its end', async () => {
  const stream = createTestStream();
  const { recognise, open } = slowly();
  const { load } = startTestProcessor(stream, { flow: { highWaterMark: 4 }, processing: { recognise } });
  expect(load()).toBe(0);
  await stream.add({ transcript: 'zapal światło', room: 'salon' });
  await expect.poll(load).toBe(0.25);
  for (let index = 0; index < 9; index += 1) await stream.add({ transcript: 'zapal', room: `${index}` });
  await expect.poll(load).toBe(1);
  open();
  await stream.settled();
  await expect.poll(load).toBe(0);
});

test('a room that talks a lot does not keep the others waiting', async () => {
  const stream = createTestStream();
  const { recognise, open } = slowly();
  for (let index = 0; index < 300; index += 1) {
    await stream.add({ transcript: 'zapal światło', room: 'salon' });
  }
  await stream.add({ transcript: 'zgaś światło', room: 'kuchnia', frame_id: 'the other room' });
  startTestProcessor(stream, {
    flow: { batchSize: 50, highWaterMark: 60 },
    processing: {
      laneDepth: 4,
      recognise: (transcript, context) =>
        transcript.room === 'kuchnia' ? unclear('rules') : recognise(transcript, context),
    },
  });
  await expect.poll(stream.outputs).toMatchObject([{ frame_id: 'the other room' }]);
  open();
  await stream.settled();
  expect(await stream.outputs()).toHaveLength(301);
});
