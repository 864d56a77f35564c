import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fields } from '../support/processor.ts';
import { createTestStream, startTestProcessor } from '../support/processor.ts';

// Few names and values, so that answers are alike in places; and the halves of surrogate pairs among them.
const name = fc.constantFrom('status', 'room', 'żar', '\ud83d');
const value = fc.oneof(
  fc.constantFrom('', '1', '0', 'light', '\ud800', '\udc00\ud800', '\\ud800', '😀'),
  fc.string(),
);
const answer = fc.uniqueArray(fc.tuple(name, value), {
  selector: ([unique]) => unique,
  minLength: 1,
  maxLength: 4,
});

test('answers of one batch are written as they are, however alike they are', async () => {
  const answers = fc.sample(answer, 300);
  const stream = createTestStream();
  const unanswered = answers.length;
  for (const index of answers.keys()) await stream.add({ frame_id: String(index), transcript: 'zapal' });
  await stream.add({ frame_id: String(unanswered), room: 'a dead letter' });
  await stream.add({ frame_id: '0', transcript: 'zapal' });

  const { happenings } = startTestProcessor(stream, {
    flow: { batchSize: 100 },
    processing: { encode: ({ transcript }) => answers[Number(transcript.frameId)]?.flat() ?? [] },
  });
  await stream.settled();

  const expected = [...answers, answers[0] ?? []].map(
    (fields): Fields =>
      Object.fromEntries(fields.map(([key, text]) => [key.toWellFormed(), text.toWellFormed()])),
  );
  expect(await stream.outputs()).toEqual(expected);
  expect(await stream.letters()).toMatchObject([{ reason: 'missing_transcript' }]);
  expect(happenings).toMatchObject({ interrupted: [], trouble: [] });
});
