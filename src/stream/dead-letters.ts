import { isUtf8 } from 'node:buffer';
import type { Redis } from 'ioredis';
import { Mistake } from '../intent/mistake.ts';
import { toFields } from '../redis/fields.ts';
import { bindScript, redisErrorCode } from '../redis/script.ts';
import type { Entry } from './entry.ts';
import type { StreamNames } from './stream-names.ts';
import { WRONG_TYPE } from './stream-type.ts';

/** Why an entry was given up. */
export type DeadLetterReason = 'missing_transcript' | 'invalid_utf8' | 'oversize' | 'failed';

export interface DeadLetter {
  readonly reason: DeadLetterReason;
  readonly error: Error;
  /** How often it was tried and failed. */
  readonly attempts: number;
  readonly frameId: string;
  readonly traceparent?: string;
}

const MAX_ERROR_LENGTH = 1000;
/** Characters of JSON a payload may have; a longer entry leaves its first ones, and cannot be replayed. */
const MAX_PAYLOAD_LENGTH = 65_536;

/**
 * Fields of an entry on the dead-letter stream. `payload` is a JSON object of the original fields; a value that
 * is no valid UTF-8 stands in it as `{"base64": "…"}`, so that a replay gives back the same bytes. Of an entry that is
 * too large to be kept, `payload_start` has the beginning in place of it.
 *
 * @param failedAt UTC, ISO 8601
 */
export function encodeDeadLetter({
  entry,
  letter,
  names,
  failedAt,
}: {
  entry: Entry;
  letter: DeadLetter;
  names: StreamNames;
  failedAt: string;
}): string[] {
  const { reason, error, attempts, frameId, traceparent } = letter;
  const fields = [
    ...['source_stream', names.input, 'source_id', entry.id],
    ...['group', names.group, 'consumer', names.consumer],
    ...['reason', reason, 'error_type', error.name, 'error', error.message.slice(0, MAX_ERROR_LENGTH)],
    ...['attempts', String(attempts), 'failed_at', failedAt, 'frame_id', frameId],
    ...encodePayload(entry),
  ];
  if (traceparent !== undefined) fields.push('traceparent', traceparent);
  return fields;
}

function encodePayload({ fields, invalidFields }: Entry): [name: string, value: string] {
  const length = fields.reduce((sum, field) => sum + field.length, 0);
  const json = length > MAX_PAYLOAD_LENGTH ? undefined : payloadJson({ fields, invalidFields });
  if (json !== undefined && json.length <= MAX_PAYLOAD_LENGTH) return ['payload', json];
  let start = '';
  for (const field of fields) {
    start += `${field.slice(0, MAX_PAYLOAD_LENGTH - start.length)} `;
    if (start.length >= MAX_PAYLOAD_LENGTH) break;
  }
  return ['payload_start', start];
}

function payloadJson({
  fields,
  invalidFields,
}: {
  fields: readonly string[];
  invalidFields: readonly Buffer[] | undefined;
}): string {
  const payload: Record<string, unknown> = Object.create(null);
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] as string;
    const bytes = invalidFields?.[index + 1];
    payload[name] = bytes && !isUtf8(bytes) ? { base64: bytes.toString('base64') } : fields[index + 1];
  }
  return JSON.stringify(payload);
}

/** @returns undefined for what no entry can be made of */
function readPayload(payload: string): (string | Buffer)[] | undefined {
  let decoded: unknown;
  try {
    decoded = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof decoded !== 'object' || decoded === null || Object.keys(decoded).length === 0) return undefined;
  const fields: (string | Buffer)[] = [];
  for (const [name, value] of Object.entries(decoded)) {
    const base64 =
      typeof value === 'object' && value !== null && 'base64' in value ? value.base64 : undefined;
    fields.push(name, typeof base64 === 'string' ? Buffer.from(base64, 'base64') : String(value));
  }
  return fields;
}

/** A dead letter as an operator sees it. */
interface ListedDeadLetter {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface DeadLetters {
  /** The newest ones first. */
  list(count: number): Promise<ListedDeadLetter[]>;
  /** Ids of all that are there now, the oldest first: not of those that come while they are gone through. */
  ids(): AsyncIterable<string>;
  /**
   * Puts the original entry back onto its stream, as a new one, and takes the dead letter away.
   *
   * @returns the new entry's id, or undefined when there is no such dead letter
   * @throws Mistake when the dead letter's payload or source stream cannot be used; it stays where it is
   */
  replay(id: string): Promise<string | undefined>;
  /** Throws a dead letter away. @returns false when there is none */
  drop(id: string): Promise<boolean>;
}

/** Letters that are read at a time: each may be large. */
const LETTERS_A_PAGE = 100;

/** First words of errors that come again however often it is tried. */
const WHAT_REDIS_REFUSES: ReadonlySet<string> = new Set(['WRONGTYPE', 'CROSSSLOT', 'ERR']);

// A script has no rollback: the letter goes only after all that can fail, a payload that XADD refuses among it.
const REPLAY = `#!lua
${WRONG_TYPE}
local wrong = wrongType(KEYS[2])
if wrong then return wrong end
if #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 0 then return false end
local replayed = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 2))
redis.call('XDEL', KEYS[1], ARGV[1])
return replayed
`;

export function createDeadLetters({ redis, stream }: { redis: Redis; stream: string }): DeadLetters {
  const replay = bindScript(redis, { name: 'replayDeadLetter', numberOfKeys: 2, lua: REPLAY });

  return {
    async list(count) {
      return (await redis.xrevrange(stream, '+', '-', 'COUNT', count)).map(
        ([id, flat]): ListedDeadLetter => ({ id, fields: toFields(flat) }),
      );
    },
    async *ids() {
      const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
      if (!newest) return;
      let start = '-';
      for (;;) {
        const page = await redis.xrange(stream, start, newest[0], 'COUNT', LETTERS_A_PAGE);
        for (const [id] of page) yield id;
        const last = page.at(-1);
        if (!last || page.length < LETTERS_A_PAGE) return;
        start = `(${last[0]}`;
      }
    },
    async replay(id) {
      const [found] = await redis.xrange(stream, id, id);
      if (!found) return undefined;
      const { payload, payload_start: start, source_stream: source } = toFields(found[1]);
      if (start !== undefined) {
        throw new Mistake(
          `the dead letter ${id} cannot be replayed: its entry was too large to be kept whole`,
        );
      }
      if (payload === undefined || source === undefined) {
        throw new Mistake(
          `the dead letter ${id} has no payload or no source_stream: it was not written by us`,
        );
      }
      const entry = readPayload(payload);
      if (!entry) throw new Mistake(`the dead letter ${id} has a payload that is no JSON object of fields`);
      const replayed = await replay([stream, source], [found[0], ...entry]).catch((error: unknown) => {
        throw WHAT_REDIS_REFUSES.has(redisErrorCode(error))
          ? new Mistake(
              `the dead letter ${id} cannot be replayed: ${source} does not take it; is it a stream?`,
              {
                cause: error,
              },
            )
          : error;
      });
      return (replayed ?? undefined) as string | undefined;
    },
    async drop(id) {
      return (await redis.xdel(stream, id)) === 1;
    },
  };
}
