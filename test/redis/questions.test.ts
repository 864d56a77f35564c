import { describe, expect, test } from 'vitest';
import type { Question, Speaker } from '../../src/intent/question.ts';
import { movableClock } from '../support/cache.ts';
import { openRedis } from '../support/processor.ts';
import { mayOpen, openQuestions } from '../support/questions.ts';

const hall = { room: 'hol' };
const anna = { room: 'hol', user: 'anna' };
const jan = { room: 'hol', user: 'jan' };

describe('what was asked', () => {
  test('is known in every replica, and one answer has it', async () => {
    const { questions, keyPrefix } = await openQuestions();
    const { questions: other } = await openQuestions({ keyPrefix });
    expect(await questions.ask(mayOpen('q'), anna, { id: 'q' })).toBe(true);
    expect(await other.waitingFor(anna, { id: 'a' })).toEqual({ open: mayOpen('q') });
    const claims = ['a', 'b', 'c', 'd'].map((id, index) =>
      (index % 2 ? questions : other).claim(mayOpen('q'), anna, { id }),
    );
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    expect(await questions.waitingFor(anna, { id: 'e' })).toEqual({});
  });

  test('is had again by the answer that has it, when that comes again, and by that one only', async () => {
    const { questions, keyPrefix } = await openQuestions();
    await questions.ask(mayOpen('q'), anna, { id: 'q' });
    expect(await questions.claim(mayOpen('q'), anna, { id: 'a' })).toBe(true);
    const { questions: other } = await openQuestions({ keyPrefix });
    await other.ask(mayOpen('next'), anna, { id: 'next' });
    expect(await other.waitingFor(anna, { id: 'a' })).toMatchObject({ answered: mayOpen('q') });
    expect(await other.claim(mayOpen('q'), anna, { id: 'a' })).toBe(true);
    expect(await other.claim(mayOpen('next'), anna, { id: 'a' })).toBe(false);
    expect(await other.claim(mayOpen('q'), anna, { id: 'b' })).toBe(false);
  });

  test('is not asked anew by an order that comes again when it was answered', async () => {
    const { questions } = await openQuestions();
    await questions.ask(mayOpen('q'), anna, { id: 'q' });
    expect(await questions.ask(mayOpen('q'), anna, { id: 'q' })).toBe(true);
    expect(await questions.claim(mayOpen('q'), anna, { id: 'a' })).toBe(true);
    expect(await questions.ask(mayOpen('q'), anna, { id: 'q' })).toBe(false);
    expect(await questions.claim(mayOpen('q'), anna, { id: 'b' })).toBe(false);
    expect(await questions.ask(mayOpen('q2'), anna, { id: 'q2' })).toBe(true);
  });

  const cases: readonly (readonly [string, Speaker, Speaker, boolean])[] = [
    ['anna asked, anna', anna, anna, true],
    ['anna asked, jan', anna, jan, false],
    ['anna asked, somebody', anna, hall, false],
    ['somebody asked, anna', hall, anna, true],
    ['somebody asked, somebody', hall, hall, true],
    ['another room', anna, { ...anna, room: 'salon' }, false],
    ['the room by another name', anna, { ...anna, room: 'HOL' }, true],
    ['no room', anna, { user: 'anna' }, false],
    ['a session, the same one', { ...hall, sessionId: 's' }, { ...hall, sessionId: 's' }, true],
    ['a session, another one', { ...hall, sessionId: 's' }, { ...hall, sessionId: 't' }, false],
    ['a session, none', { ...hall, sessionId: 's' }, hall, false],
    ['no session, one', hall, { ...hall, sessionId: 's' }, true],
    ['a session without a room', { sessionId: 's' }, { sessionId: 's' }, true],
    ['a session without a room, in a room', { sessionId: 's' }, { ...hall, sessionId: 's' }, false],
  ];
  test.for(cases)(
    '%s answers: by all that was known of who was asked',
    async ([, asked, answering, isHeard]) => {
      const { questions } = await openQuestions();
      expect(await questions.ask(mayOpen('q'), asked, { id: 'q' })).toBe(true);
      const { open } = (await questions.waitingFor(answering, { id: 'a' })) ?? {};
      expect(open?.id).toBe(isHeard ? 'q' : undefined);
    },
  );

  test('cannot be asked where nobody knows the room', async () => {
    const { questions } = await openQuestions();
    expect(questions.canAsk({ user: 'anna' })).toBe(false);
    expect(await questions.ask(mayOpen('q'), { user: 'anna' }, { id: 'q' })).toBe(false);
    expect(await questions.claim(mayOpen('q'), { user: 'anna' }, { id: 'a' })).toBe(false);
  });

  test('waits for thirty seconds', async () => {
    const clock = movableClock();
    const { questions } = await openQuestions({ now: clock.now });
    await questions.ask(mayOpen('q'), anna, { id: 'q' });
    clock.pass(30_001);
    expect(await questions.claim(mayOpen('q'), anna, { id: 'a' })).toBe(false);
    clock.pass(-1);
    expect(await questions.claim(mayOpen('q'), anna, { id: 'a' })).toBe(true);
  });

  test('expires in Redis, and so does what was answered; neither room, user nor session can be read there', async () => {
    const { questions, keyPrefix } = await openQuestions({ answerSeconds: 7 });
    await questions.ask(mayOpen('q'), { ...anna, sessionId: 'secret' }, { id: 'said 1-0' });
    await questions.claim(mayOpen('q'), { ...anna, sessionId: 'secret' }, { id: 'said 2-0' });
    await questions.ask(mayOpen('r'), { ...anna, sessionId: 'secret' }, { id: 'said 3-0' });
    const redis = openRedis();
    const keys = await redis.keys(`${keyPrefix}*`);
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      expect(key).toMatch(/^[^:]+:v1:\{talk\}:(asked|(questions|answer|used):[\w-]{43})$/);
      const left = await redis.pttl(key);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(/questions|asked/.test(key) ? 30_000 : 7000);
    }
  });

  test('is not answered by what was handed in before it was asked', async () => {
    const clock = movableClock();
    const { questions } = await openQuestions({ now: clock.now });
    await questions.ask(mayOpen('q'), anna, { id: 'q', handedInAt: clock.now() - 900 });
    expect(await questions.claim(mayOpen('q'), anna, { id: 'a', handedInAt: clock.now() - 1 })).toBe(false);
    expect(await questions.claim(mayOpen('q'), anna, { id: 'b', handedInAt: clock.now() + 1 })).toBe(true);
  });

  test.for([
    [1200, false],
    [-500, false],
    [1500, true],
    [0, true],
  ] as const)(
    'nor by what was said before, on a clock of its own: %i ms behind the order is %s',
    async ([behind, isHeard]) => {
      const clock = movableClock();
      const { questions } = await openQuestions({ now: clock.now });
      // Their clock is an hour slow, and to understand the order took 1.4 s. Who tells one time for all tells none.
      const saidAt = clock.now() - 3_600_000;
      await questions.ask(mayOpen('q'), anna, { id: 'q', handedInAt: clock.now() - 1400, saidAt });
      const answer = { id: 'a', handedInAt: clock.now() + 600, saidAt: saidAt + behind };
      expect(await questions.claim(mayOpen('q'), anna, answer)).toBe(isHeard);
    },
  );

  test('is over when whoever was asked goes on to something else, or might have been who went on', async () => {
    const { questions, keyPrefix } = await openQuestions();
    const { questions: other } = await openQuestions({ keyPrefix });
    const open = async (speaker: Speaker): Promise<string | undefined> =>
      (await other.waitingFor(speaker, { id: 'a' }))?.open?.id;
    await questions.ask(mayOpen('1'), anna, { id: '1' });
    await questions.ask(mayOpen('2'), jan, { id: '2' });
    questions.drop(anna);
    await expect.poll(() => open(anna)).toBe(undefined);
    expect(await open(jan)).toBe('2');
    questions.drop(hall);
    await expect.poll(() => open(jan)).toBe(undefined);
    // What is asked next is not lost to what was dropped before.
    questions.drop(anna);
    await questions.ask(mayOpen('3'), anna, { id: '3' });
    await questions.close();
    expect(await open(anna)).toBe('3');
  });

  test('is what keeps a house from being quiet, in every replica soon', async () => {
    const { questions, keyPrefix } = await openQuestions();
    const { questions: other } = await openQuestions({ keyPrefix });
    for (const replica of [questions, other]) await expect.poll(() => replica.isQuiet()).toBe(true);
    await questions.ask(mayOpen('q'), anna, { id: 'q' });
    expect(questions.isQuiet()).toBe(false);
    await expect.poll(() => other.isQuiet()).toBe(false);
    // Who has just come knows nothing yet, and looks.
    const { questions: next } = await openQuestions({ keyPrefix });
    expect(next.isQuiet()).toBe(false);
    expect((await next.waitingFor(anna, { id: 'a' }))?.open?.id).toBe('q');
  });

  test('takes the place of what the same speaker was asked before', async () => {
    const { questions } = await openQuestions();
    await questions.ask(mayOpen('1'), anna, { id: '1' });
    await questions.ask(mayOpen('2'), anna, { id: '2' });
    expect(await questions.claim(mayOpen('1'), anna, { id: 'a' })).toBe(false);
    expect((await questions.waitingFor(anna, { id: 'a' }))?.open?.id).toBe('2');
    await questions.ask(mayOpen('3'), hall, { id: '3' });
    expect((await questions.waitingFor(anna, { id: 'a' }))?.open?.id).toBe('3');
  });

  test('comes back as it was, with everything that was chosen from', async () => {
    const { questions } = await openQuestions();
    const which: Question = {
      kind: 'choose',
      ...{ id: 'w', text: 'Którą?', confidence: 0.9, isQuery: true },
      candidates: [
        { intent: 'climate.get_temperature', entities: { area: 'salon' }, label: 'salon' },
        { intent: 'light.turn_on', entities: { entity_id: ['a', 'b'], on: true, n: 1 }, label: 'b', at: 'x' },
      ],
    };
    await questions.ask(which, hall, { id: 'w' });
    expect(await questions.waitingFor(hall, { id: 'a' })).toEqual({ open: which });
  });
});
