import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCorpus } from '../../../src/evaluation/corpus-document.ts';
import { readCorpusLines } from '../../../src/evaluation/corpus-lines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a line says text, intent, slots and where; of a list of values any is right', () => {
  const lines = [
    '{"text":"zgaś","intent":"light.turn_off","slots":{"name":["a","b"],"x":1},"context":{"area":"salon"},"file":"f"}',
    '',
    '{"text":"ile stopni","intent":"climate.get_temperature","language":"pl","kind":"query"}',
    '{"text":"bla"}',
  ].join('\n');
  const action = (name: string) => ({
    status: 'recognized',
    kind: 'action',
    actions: [{ intent: 'light.turn_off', entities: { name, x: 1 }, allowsMore: false }],
  });
  expect(readCorpusLines(lines, 'own.jsonl')).toEqual([
    {
      says: 'zgaś',
      kind: 'single',
      room: 'salon',
      before: [],
      readings: [action('a'), action('b')],
      place: 'own.jsonl:1',
    },
    expect.objectContaining({
      kind: 'query',
      language: 'pl',
      readings: [expect.objectContaining({ kind: 'query' })],
      place: 'own.jsonl:3',
    }),
    expect.objectContaining({ readings: [{ status: 'unclear' }], place: 'own.jsonl:4' }),
  ]);
});

test('endless combinations end', () => {
  const slots = Object.fromEntries(Array.from({ length: 40 }, (_, slot) => [`s${slot}`, ['a', 'b']]));
  const [utterance] = readCorpusLines(JSON.stringify({ text: 'x', intent: 'a.b', slots }), 'own.jsonl');
  expect(utterance?.readings).toHaveLength(64);
});

test.for([
  ['{"text":"a"}\n{"text":5}', /^own\.jsonl:2:9: /],
  ['{"text":"a"}\n\n{"text":', /^own\.jsonl:3:\d+: /],
  ['{"intent":"a.b"}', /^own\.jsonl:1:1: /],
  ['{"text":" "}', /^own\.jsonl:1:9: expected something that was said/],
  ['\n', /^own\.jsonl:1:1: the corpus is empty/],
] as const)('a mistake in %j is placed', ([content, message]) => {
  expect(() => readCorpusLines(content, 'own.jsonl')).toThrow(message);
});

test('a file is taken for lines by the end of its name', async () => {
  const file = join(await temporaryFolder(), 'own.jsonl');
  await expect(loadCorpus(file)).rejects.toThrow(`${file}: there is no such file`);
  await writeFile(file, '{"text":"a"}\n{"text":"b"}\n');
  expect(await loadCorpus(file)).toHaveLength(2);
});
