import type { Redis } from 'ioredis';
import { createSayer, type Reply } from './say.ts';
import type { StreamNames } from './stream-names.ts';

/**
 * Says something on the input stream and waits for what comes of it.
 *
 * @param redis a connection of its own, because waiting blocks it
 * @param fields of the input entry, by name
 * @throws an error when nothing came before the signal, saying what to look at
 */
export async function sendTranscript(
  fields: Readonly<Record<string, string>> & { readonly frame_id: string },
  {
    redis,
    names,
    signal,
  }: {
    redis: Redis;
    names: Pick<StreamNames, 'input' | 'output' | 'deadLetters' | 'said'>;
    signal: AbortSignal;
  },
): Promise<Reply> {
  const sayer = createSayer({ redis, reader: redis, names });
  try {
    const said = await sayer.say(fields, signal);
    return await said.answer(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
      throw new Error(
        `no answer to entry ${said.id} on ${names.output} in time: is a service running that reads ${names.input}?`,
        { cause: error },
      );
    });
  } finally {
    sayer.close();
  }
}
