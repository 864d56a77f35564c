import { expect, test } from 'vitest';
import { createAnswerBooks } from '../../../bench/soak/answer-books.ts';

/** What was said in a room, under the ids that Redis gave, in that order. */
function saidIn(room: string, ...sources: readonly string[]) {
  const books = createAnswerBooks();
  const frames = sources.map((source) => {
    const frameId = books.says(room);
    books.said(frameId, source);
    return frameId;
  });
  return {
    books,
    frames,
    answer(index: number, source = sources[index] ?? '') {
      books.answered({ frameId: frames[index] ?? '', source, room, status: 'recognized', by: 'rules' });
    },
  };
}

test('what is answered once and in order is well, and forgotten', () => {
  const { books, answer } = saidIn('salon', 'voice:0 1-0', 'voice:0 2-0');
  answer(0);
  answer(1);
  expect([books.open, books.complaints(), books.lost()]).toEqual([0, [], []]);
  expect([...books.counts.byStatus]).toEqual([['recognized', 2]]);
});

test('what has no answer is lost', () => {
  const { books, answer } = saidIn('salon', 'voice:0 1-0', 'voice:0 2-0');
  answer(0);
  expect([books.open, books.lost()]).toEqual([1, ['salon#2 (voice:0 2-0) has no answer']]);
});

test('what is answered a second time is doubled, however late', () => {
  const { books, answer } = saidIn('salon', 'voice:0 1-0', 'voice:0 2-0');
  answer(0);
  answer(1);
  answer(0);
  expect(books.complaints()).toEqual(['salon#1 (voice:0 1-0) was answered twice']);
});

test('an answer that overtakes another one of its room is told once', () => {
  const { books, answer } = saidIn('salon', 'voice:0 1-0', 'voice:0 2-0', 'voice:0 3-0');
  answer(1);
  answer(2);
  answer(0);
  expect(books.complaints()).toEqual(['salon#2 was answered before salon#1']);
  expect(books.open).toBe(0);
});

test('rooms may overtake each other', () => {
  const { books, answer, frames } = saidIn('salon', 'voice:0 1-0');
  const other = books.says('kuchnia');
  books.said(other, 'voice:1 1-0');
  books.answered({ frameId: other, source: 'voice:1 1-0', room: 'kuchnia', status: 'unclear', by: 'none' });
  answer(0);
  expect([frames, books.complaints()]).toEqual([['salon#1'], []]);
});

test('an answer to what nobody said, or of another room, is invented', () => {
  const { books } = saidIn('salon', 'voice:0 1-0');
  const answer = { source: 'voice:0 1-0', status: 'recognized', by: 'llm' };
  books.answered({ ...answer, frameId: 'salon#2', room: 'salon' });
  books.answered({ ...answer, frameId: 'salon#1', room: 'kuchnia' });
  expect(books.complaints()).toEqual(['nobody said salon#2', 'nobody said salon#1']);
});

test('an answer that names another entry than the one that was said is wrong, whichever comes first', () => {
  const { books, answer } = saidIn('salon', 'voice:0 1-0');
  answer(0, 'voice:0 9-0');
  const frameId = books.says('salon');
  books.answered({ frameId, source: 'voice:0 8-0', room: 'salon', status: 'recognized', by: 'rules' });
  books.said(frameId, 'voice:0 2-0');
  expect(books.complaints()).toEqual([
    'salon#1 was said as voice:0 1-0 and answered as voice:0 9-0',
    'salon#2 was said as voice:0 2-0 and answered as voice:0 8-0',
  ]);
});
