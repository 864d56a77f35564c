import { isIP } from 'node:net';
import { z } from 'zod';
import { name, positive, seconds } from './fields.ts';

function isNetwork(text: string): boolean {
  const [address = '', length, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits < 0 || address.includes('%') || more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
}

const callback = z.strictObject({
  secret: z.string().min(16).optional().meta({
    env: 'QUEUE_CALLBACK_SECRET',
    envFile: 'QUEUE_CALLBACK_SECRET_FILE',
    description:
      'what calls are signed with, known to whoever is called; at least 16 characters; without one nobody is called',
  }),
  hosts: z
    .array(name)
    .optional()
    .meta({ description: 'names or addresses that may be called; without it every public one' }),
  private_networks: z
    .array(z.string().refine(isNetwork, 'expected an address, or a network such as 192.168.1.0/24'))
    .default([])
    .meta({ description: 'addresses that are not public and may be called all the same' }),
  timeout_ms: positive.max(60_000).default(5000).meta({ description: 'how long one call may take' }),
  tries: positive.max(20).default(6).meta({
    description: 'calls for one request, at most: after 1 s, 5 s, 25 s and so on, up to every 10 minutes',
  }),
});

export const queue = z.strictObject({
  ttl_seconds: seconds
    .min(1)
    .default(4 * 3600)
    .meta({ description: 'how long a request waits until a model can be asked' }),
  result_seconds: seconds
    .min(60)
    .default(24 * 3600)
    .meta({ description: 'how long it is known what became of one' }),
  max_waiting: positive.max(100_000).default(1000).meta({
    description: 'requests that wait at once, of all replicas together; more are refused',
  }),
  concurrency: positive.max(50).default(4).meta({
    description: 'of those that wait, so many are worked on at once, all of one priority',
  }),
  max_failures: positive.default(5).meta({
    description: 'failures of ours, deaths of the process among them, after which one is given up',
  }),
  callback: callback.prefault({}),
});
