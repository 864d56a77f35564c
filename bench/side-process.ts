import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Measurement, SideMessage, SideOrder } from './job.ts';

const SIDE = join(import.meta.dirname, 'side.ts');

/** Lets a side do its work in a process of its own, so that none warms or burdens another. */
export async function measureSide(order: Omit<SideOrder, 'mode'>): Promise<Measurement> {
  const side = startProcess({ ...order, mode: 'measure' });
  const message = await side.message;
  await side.ended;
  if (!('measurement' in message)) throw new Error(`the side ${order.side} measured nothing`);
  return message.measurement;
}

/** Starts a side that works until it is stopped; resolves when it is ready. */
export async function serveSide(order: Omit<SideOrder, 'mode'>): Promise<{ stop(): Promise<void> }> {
  const side = startProcess({ ...order, mode: 'serve' });
  await side.message;
  return {
    async stop() {
      side.tellToStop();
      await side.ended;
    },
  };
}

function startProcess(order: SideOrder): {
  message: Promise<SideMessage>;
  ended: Promise<void>;
  tellToStop: () => void;
} {
  const child = fork(SIDE, [JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`the side ${order.side} ended with ${code}; what it wrote tells why`);
  });
  ended.catch(() => undefined);
  const message = new Promise<SideMessage>((resolve, reject) => {
    child.once('message', (content) => resolve(content as SideMessage));
    ended.then(() => reject(new Error(`the side ${order.side} ended without a word`)), reject);
  });
  return { message, ended, tellToStop: () => child.send('stop') };
}
