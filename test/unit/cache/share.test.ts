import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSharing } from '../../../src/cache/share.ts';

const never = new AbortController().signal;

/** A call that ends when the test says so. */
function controlled<Result>() {
  const calls: { signal: AbortSignal; resolve: (result: Result) => void; reject: (error: Error) => void }[] =
    [];
  return {
    calls,
    run: (signal: AbortSignal) =>
      new Promise<Result>((resolve, reject) => {
        calls.push({ signal, resolve, reject });
      }),
    call(index: number) {
      const call = calls[index];
      if (!call) throw new Error(`there was no call ${index}`);
      return call;
    },
  };
}

/** Lets every promise that is due go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('fifty who ask the same at once make one call, which one of them pays', async () => {
  const { run, calls, call } = controlled<string>();
  const sharing = createSharing();
  const all = Array.from({ length: 50 }, () => sharing.share('k', run, { signal: never }));
  call(0).resolve('answer');
  const shared = await Promise.all(all);
  expect(calls).toHaveLength(1);
  expect(new Set(shared.map(({ result }) => result))).toEqual(new Set(['answer']));
  expect(shared.map(({ joined }) => joined)).toEqual([false, ...Array(49).fill(true)]);
  expect(sharing.size).toBe(0);
});

test('other keys and later questions make calls of their own', async () => {
  const { run, calls, call } = controlled<string>();
  const sharing = createSharing();
  const first = sharing.share('k', run, { signal: never });
  const other = sharing.share('other', run, { signal: never });
  call(0).resolve('1');
  call(1).resolve('2');
  expect([await first, await other].map(({ result }) => result)).toEqual(['1', '2']);
  const later = sharing.share('k', run, { signal: never });
  call(2).resolve('3');
  expect(await later).toEqual({ result: '3', joined: false });
  expect(calls).toHaveLength(3);
});

test('a follower who gives up leaves alone', async () => {
  const { run, call } = controlled<string>();
  const sharing = createSharing();
  const impatient = new AbortController();
  const leader = sharing.share('k', run, { signal: never });
  const follower = sharing.share('k', run, { signal: impatient.signal });
  impatient.abort(new Error('enough'));
  await expect(follower).rejects.toThrow('enough');
  expect(call(0).signal.aborted).toBe(false);
  call(0).resolve('answer');
  expect(await leader).toEqual({ result: 'answer', joined: false });
});

test('a leader who gives up leaves the call to the others, the first of whom pays', async () => {
  const { run, calls, call } = controlled<string>();
  const sharing = createSharing();
  const stopping = new AbortController();
  const leader = sharing.share('k', run, { signal: stopping.signal });
  const followers = [1, 2].map(() => sharing.share('k', run, { signal: never }));
  stopping.abort(new Error('stopping'));
  await expect(leader).rejects.toThrow('stopping');
  expect(call(0).signal.aborted).toBe(false);
  call(0).resolve('answer');
  expect(await Promise.all(followers)).toEqual([
    { result: 'answer', joined: false },
    { result: 'answer', joined: true },
  ]);
  expect(calls).toHaveLength(1);
});

test('a call for which nobody waits is aborted, and the next who asks begins anew', async () => {
  const { run, calls, call } = controlled<string>();
  const sharing = createSharing();
  const [one, other] = [new AbortController(), new AbortController()];
  const both = [one, other].map(({ signal }) => sharing.share('k', run, { signal }));
  one.abort(new Error('one'));
  other.abort(new Error('other'));
  await expect(both[0]).rejects.toThrow('one');
  await expect(both[1]).rejects.toThrow('other');
  expect(call(0).signal.aborted).toBe(true);
  const next = sharing.share('k', run, { signal: never });
  // The abandoned call may still end, and must not be taken for the new one.
  call(0).resolve('old');
  await settle();
  call(1).resolve('new');
  expect(await next).toEqual({ result: 'new', joined: false });
  expect(calls).toHaveLength(2);
});

test('who asks with a signal that is aborted makes no call', async () => {
  const { run, calls } = controlled<string>();
  const signal = AbortSignal.abort(new Error('too late'));
  await expect(createSharing().share('k', run, { signal })).rejects.toThrow('too late');
  expect(calls).toHaveLength(0);
});

test('a call that fails is made once more by who came last; the others get what comes of that', async () => {
  const sharing = createSharing();
  const [leading, middle, last] = [controlled<string>(), controlled<string>(), controlled<string>()];
  const all = [leading, middle, last].map(({ run }) => sharing.share('k', run, { signal: never }));
  leading.call(0).reject(new Error('a defect'));
  await expect(all[0]).rejects.toThrow('a defect');
  await settle();
  expect([middle.calls.length, last.calls.length]).toEqual([0, 1]);
  last.call(0).resolve('answer');
  expect(await all[1]).toEqual({ result: 'answer', joined: true });
  expect(await all[2]).toEqual({ result: 'answer', joined: false });
});

test('a call that fails twice fails for all who wait, and is not tried for each of them', async () => {
  let calls = 0;
  const sharing = createSharing();
  const all = Array.from({ length: 20 }, () =>
    sharing.share(
      'k',
      async () => {
        calls += 1;
        throw new Error(`failure ${calls}`);
      },
      { signal: never },
    ),
  );
  const outcomes = await Promise.allSettled(all);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(calls).toBe(2);
  expect(sharing.size).toBe(0);
});

test('a result that is its caller’s only goes to nobody else while somebody can still try', async () => {
  const sharing = createSharing();
  const [leading, following] = [controlled<string>(), controlled<string>()];
  const isForAll = (result: string) => result !== 'timeout';
  const [leader, follower] = [leading, following].map(({ run }) =>
    sharing.share('k', run, { signal: never, isForAll }),
  );
  leading.call(0).resolve('timeout');
  expect(await leader).toEqual({ result: 'timeout', joined: false });
  await settle();
  following.call(0).resolve('answer');
  expect(await follower).toEqual({ result: 'answer', joined: false });
});

test('whoever comes, gives up and fails in whatever order: each gets one end, and nothing is left under way', async () => {
  type Step = { readonly kind: 'ask' | 'leave' | 'answer' | 'fail'; readonly at: number };
  const step = fc.record<Step>({
    kind: fc.constantFrom('ask', 'ask', 'ask', 'leave', 'answer', 'fail'),
    at: fc.nat(10),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const sharing = createSharing();
      const { run, calls } = controlled<string>();
      const asked: { stop: AbortController; end: Promise<unknown> }[] = [];
      const ended: number[] = [];
      for (const { kind, at } of steps) {
        if (kind === 'ask') {
          const stop = new AbortController();
          const index = asked.length;
          const shared = sharing.share('k', run, { signal: stop.signal });
          asked.push({
            stop,
            end: shared.then(
              () => ended.push(index),
              () => ended.push(index),
            ),
          });
        }
        if (kind === 'leave') asked[at % Math.max(1, asked.length)]?.stop.abort(new Error('left'));
        if (kind === 'answer') calls[at % Math.max(1, calls.length)]?.resolve('answer');
        if (kind === 'fail') calls[at % Math.max(1, calls.length)]?.reject(new Error('failed'));
        await settle();
      }
      for (let round = 0; round < 3; round += 1) {
        for (const call of calls) call.resolve('answer');
        await settle();
      }
      await Promise.all(asked.map(({ end }) => end));
      expect(ended.length).toBe(asked.length);
      expect(sharing.size).toBe(0);
    }),
  );
});
