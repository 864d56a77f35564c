import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createCallBack, problemOfAddress } from '../../../src/queue/call-back.ts';
import type { Resolve } from '../../../src/queue/look-up.ts';
import { createMayReach } from '../../../src/queue/public-address.ts';
import { startListener } from '../../support/queue.ts';

const SECRET = 'what-both-sides-know-of';
const never = new AbortController().signal;

function caller(
  given: {
    networks?: string[];
    resolve?: Resolve;
    timeoutMs?: number;
    mayCall?: (host: string) => boolean;
  } = {},
) {
  const { networks = ['127.0.0.1'], timeoutMs = 5000, mayCall = () => true, resolve } = given;
  const call = createCallBack({
    ...{ secret: SECRET, timeoutMs, mayCall, mayReach: createMayReach(networks), clock: systemClock },
    ...(resolve && { resolve }),
  });
  return (url: string, signal = never) => call(url, { body: '{}', signal });
}

const leadsTo =
  (...addresses: string[]): Resolve =>
  (_, told) =>
    told(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

test.each([
  ...['127.0.0.1', '127.8.8.8', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '100.64.0.1', '192.0.2.1', '224.0.0.1', '255.255.255.255', '198.18.0.1'],
  ...[
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    'fc00::1',
    'ff02::1',
    '2001:db8::1',
    '64:ff9b::7f00:1',
  ],
  ...[
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:c0a8:0101',
    '::127.0.0.1',
    '2002:7f00:1::',
    '2001::1',
  ],
  ...['', 'localhost', '1', '0x7f.1'],
])('%j is not public', (address) => {
  expect(createMayReach([])(address)).toBe(false);
});

test.each(['8.8.8.8', '::ffff:8.8.8.8', '2606:4700::1111', '2606:4700:0:0::1111'])(
  '%j is no address to be called where it is that of this machine, unless it is allowed',
  (address) => {
    const own = (): string[] => ['127.0.0.1', '8.8.8.8', '2606:4700::1111'];
    expect(createMayReach([], own)(address)).toBe(false);
    expect(createMayReach(['8.8.8.8', '2606:4700::/32'], own)(address)).toBe(true);
    expect(createMayReach([], own)('8.8.4.4')).toBe(true);
  },
);

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700::1111', '2a00:1450::1'])(
  '%j is public',
  (address) => {
    expect(createMayReach([])(address)).toBe(true);
  },
);

test('what an operator allows may be reached, and nothing beside it', () => {
  const mayReach = createMayReach(['192.168.1.0/24', 'fd00::/8', '10.0.0.7']);
  for (const address of ['192.168.1.9', '::ffff:192.168.1.9', 'fd12::1', '10.0.0.7']) {
    expect([address, mayReach(address)]).toEqual([address, true]);
  }
  for (const address of ['192.168.2.9', '10.0.0.8', '127.0.0.1', 'fe80::1']) {
    expect([address, mayReach(address)]).toEqual([address, false]);
  }
});

test('a name that leads elsewhere than it did counts by where it leads when it is called', async () => {
  const { url, calls } = await startListener();
  const { port } = new URL(url);
  const refused = await caller({ networks: [], resolve: leadsTo('127.0.0.1') })(
    `http://hook.example:${port}/`,
  );
  expect(refused).toEqual({ problem: expect.stringContaining('may not be called'), isLasting: true });
  const mixed = caller({ networks: ['127.0.0.1'], resolve: leadsTo('10.0.0.1', '127.0.0.1') });
  expect(await mixed(`http://hook.example:${port}/`)).toEqual({});
  expect(calls).toHaveLength(1);
  expect(calls[0]?.headers.host).toBe(`hook.example:${port}`);
});

test('what is connected to is looked at before anything is sent', async () => {
  const { url, calls } = await startListener();
  const allowed = ['203.0.113.1'];
  const call = createCallBack({
    ...{ secret: SECRET, timeoutMs: 5000, clock: systemClock, resolve: leadsTo('127.0.0.1') },
    mayCall: () => true,
    // As though the name had been looked up once more in between.
    mayReach: (address) => (allowed.pop() ? true : createMayReach([])(address)),
  });
  const told = await call(`http://hook.example:${new URL(url).port}/`, { body: '{}', signal: never });
  expect(told).toMatchObject({ isLasting: true });
  expect(calls).toEqual([]);
});

test('a host that is not in the list any more is not called, by whichever name', async () => {
  const { url, calls } = await startListener();
  const { port } = new URL(url);
  const asked: string[] = [];
  const call = caller({
    mayCall(host) {
      asked.push(host);
      return host === '127.0.0.1';
    },
  });
  const refused = { problem: 'its host is not in queue.callback.hosts', isLasting: true };
  expect(await call(`http://LOCALHOST:${port}/`)).toEqual(refused);
  expect(await call(`http://[::1]:${port}/`)).toEqual(refused);
  expect(calls).toEqual([]);
  expect(await call(url)).toEqual({});
  expect(asked).toEqual(['localhost', '::1', '127.0.0.1']);
});

test('a redirect is not followed', async () => {
  const inside = await startListener();
  const outside = await startListener(() => ({ status: 307, headers: { location: inside.url } }));
  expect(await caller()(outside.url)).toEqual({ problem: 'it answered 307', isLasting: true });
  expect(inside.calls).toEqual([]);
});

test.each([
  [200, {}],
  [204, {}],
  [400, { problem: 'it answered 400', isLasting: true }],
  [410, { problem: 'it answered 410', isLasting: true }],
  [408, { problem: 'it answered 408', isLasting: false }],
  [429, { problem: 'it answered 429', isLasting: false }],
  [500, { problem: 'it answered 500', isLasting: false }],
])('an answer of %i tells whether to call again', async (status, told) => {
  const { url } = await startListener(() => ({ status }));
  expect(await caller()(url)).toEqual(told);
});

test('who does not answer, hangs up or has a head without end is given up', async () => {
  const silent = await startListener(() => 'silence');
  expect(await caller({ timeoutMs: 200 })(silent.url)).toEqual({ problem: 'no answer within 200 ms' });
  const wordy = await startListener(() => ({ status: 200, headers: { 'x-noise': 'a'.repeat(60_000) } }));
  expect(await caller()(wordy.url)).toEqual({ problem: 'HPE_HEADER_OVERFLOW' });
  expect(await caller()('http://127.0.0.1:1/')).toEqual({ problem: 'ECONNREFUSED' });
  const unknown = caller({
    resolve: (_, told) => told(Object.assign(new Error(), { code: 'ENOTFOUND' }), []),
  });
  expect(await unknown('http://nobody.example/')).toEqual({ problem: 'ENOTFOUND' });
});

test('a look-up without end is given up as well', async () => {
  const call = caller({ timeoutMs: 200, resolve: () => undefined });
  expect(await call('http://hook.example/')).toEqual({ problem: 'no answer within 200 ms' });
});

test('a service that stops waits for nobody', async () => {
  const silent = await startListener(() => 'silence');
  const stopping = new AbortController();
  const call = caller()(silent.url, stopping.signal);
  stopping.abort(new Error('the service stops'));
  await expect(call).rejects.toThrow('the service stops');
});

test.each<[string, Resolve | undefined]>([
  ['http://localhost:8005/', undefined],
  ['http://127.0.0.1/', undefined],
  ['http://[::ffff:127.0.0.1]/', undefined],
  ['http://hook.example/', leadsTo('10.0.0.1', 'fd00::1')],
  ['http://hook.example/', leadsTo()],
  ['http://hook.example/', () => undefined],
])(
  '%s is refused before anybody waits for it, whatever the reason in the same words',
  async (url, resolve) => {
    const mayReach = createMayReach([]);
    const told = await problemOfAddress(url, { mayReach, timeoutMs: 200, ...(resolve && { resolve }) });
    expect(told).toMatch(/^expected an address that is reached from outside/);
  },
);

test('a name with one address that may be reached will do', async () => {
  const resolve = leadsTo('10.0.0.1', '8.8.8.8');
  const mayReach = createMayReach([]);
  expect(
    await problemOfAddress('http://hook.example/', { mayReach, resolve, timeoutMs: 200 }),
  ).toBeUndefined();
});
