import type { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { STREAMS } from './replica.ts';

/** One transcript that was put on an input stream. */
export interface Said {
  readonly id: string;
  /** The stream. */
  readonly input: string;
  readonly room: string;
  readonly text: string;
}

const ROOMS = 20;
const PAGE = 1000;

/**
 * Adds transcripts: the texts given, room after room.
 *
 * @param inputs each room always speaks on the same one
 * @param before how many were said before: the next room goes on
 * @returns them in the order in which they were said
 */
export async function say(
  redis: Redis,
  texts: readonly string[],
  inputs: readonly string[] = [STREAMS.input],
  before = 0,
): Promise<Said[]> {
  const said: Said[] = [];
  for (let from = 0; from < texts.length; from += PAGE) {
    const page = texts.slice(from, from + PAGE).map((text, index) => {
      const room = ((before + from + index) * 7) % ROOMS;
      return { text, room: `room ${room}`, input: inputs[room % inputs.length] as string };
    });
    const pipeline = redis.pipeline();
    for (const { text, room, input } of page) pipeline.xadd(input, '*', 'transcript', text, 'room', room);
    for (const [index, [error, id]] of ((await pipeline.exec()) ?? []).entries()) {
      if (error) throw error;
      const { text, room, input } = page[index] as (typeof page)[number];
      said.push({ id: String(id), text, room, input });
    }
  }
  return said;
}

/** Texts that ask for nothing; each `every`-th one needs a few milliseconds of waiting, so that rooms overtake. */
export function smallTalk(count: number, { every = 50 }: { every?: number } = {}): string[] {
  return Array.from({ length: count }, (_, index) =>
    index % every === 0 ? `wait ${1 + (index % 3)}` : `sentence ${index}`,
  );
}

type Fields = Readonly<Record<string, string>>;

/** All entries of a stream, oldest first. */
export async function readAll(redis: Redis, stream: string): Promise<{ id: string; fields: Fields }[]> {
  const all: { id: string; fields: Fields }[] = [];
  for (let from = '-'; ; ) {
    const page = await redis.xrange(stream, from, '+', 'COUNT', 10_000);
    for (const [id, flat] of page) all.push({ id, fields: toFields(flat) });
    const last = page.at(-1);
    if (!last) return all;
    from = `(${last[0]}`;
  }
}

function toFields(flat: readonly string[]): Fields {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ''] = flat[index + 1] ?? '';
  return fields;
}

/** Waits until the output holds so many entries. */
export async function untilPublished(redis: Redis, count: number, timeoutMs = 60_000): Promise<void> {
  await vi.waitFor(async () => expect(await redis.xlen(STREAMS.output)).toBeGreaterThanOrEqual(count), {
    timeout: timeoutMs,
    interval: 5,
  });
}

/** Waits until the group was given everything and nothing is pending. */
export async function untilSettled(
  redis: Redis,
  { timeoutMs = 120_000, input = STREAMS.input }: { timeoutMs?: number; input?: string } = {},
): Promise<void> {
  await vi.waitFor(
    async () => {
      const information = (await redis.xinfo('STREAM', input)) as unknown[];
      const last = information[information.indexOf('last-generated-id') + 1];
      const [group] = (await redis.xinfo('GROUPS', input)) as unknown[][];
      const of = (name: string) => group?.[group.indexOf(name) + 1];
      expect({ pending: of('pending'), deliveredTo: of('last-delivered-id') }).toEqual({
        pending: 0,
        deliveredTo: last,
      });
    },
    { timeout: timeoutMs, interval: 20 },
  );
}

/**
 * The oracle: what was published is what was said, as a set; nothing twice; and each room in the order in which it
 * spoke.
 */
export async function expectPublishedOnceInOrder(redis: Redis, said: readonly Said[]): Promise<void> {
  const published = (await readAll(redis, STREAMS.output)).map(({ fields }) => ({
    id: fields['source_message_id'] ?? '',
    input: fields['source_stream'] ?? STREAMS.input,
    room: fields['room'] ?? '',
    text: fields['transcript'] ?? '',
  }));
  // Two streams may have entries of the same id.
  const placeOf = ({ input, id }: Said): string => `${input} ${id}`;
  const saidPlaces = new Set(said.map(placeOf));
  const publishedPlaces = new Set(published.map(placeOf));
  expect({
    lost: said.filter((one) => !publishedPlaces.has(placeOf(one))),
    invented: published.filter((one) => !saidPlaces.has(placeOf(one))),
    duplicates: published.length - publishedPlaces.size,
  }).toEqual({ lost: [], invented: [], duplicates: 0 });
  expect(byRoom(published)).toEqual(byRoom(said));
}

function byRoom(all: readonly Said[]): Record<string, readonly Said[]> {
  return Object.groupBy(all, ({ room }) => room) as Record<string, readonly Said[]>;
}
