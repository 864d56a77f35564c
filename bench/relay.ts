import type { Transcript } from '../src/intent/transcript.ts';
import type { Job, RunningSide } from './job.ts';
import { encodeConstantAnswer, expiryOf } from './pinned.ts';
import { openRawConnection, type RawConnection } from './raw-connection.ts';
import { bulk, command, type Reply, toBytes } from './resp.ts';

const GROUP = 'relay';
const BATCH = 500;
const BLOCK_MS = 1000;

const SETTLE = `
local size = tonumber(ARGV[2])
local written = 0
for position = 3, #ARGV, size + 1 do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[position]) == 1 then
    redis.call('XADD', KEYS[2], '*', unpack(ARGV, position + 1, position + size))
    written = written + 1
  end
end
return written
`;

/** Output fields that are taken over from the input; the fields of the same name. */
const CARRIED = ['frame_id', 'transcript', 'language', 'room', 'user'] as const;

/**
 * The ceiling: two sockets, hand-written protocol, the next batch asked for while one is written, one script a
 * batch. It writes the same bytes as we do, and does nothing else: no lease, no failure handling, nothing decoded.
 */
export async function startRelay({ url, input, output, count }: Job): Promise<RunningSide> {
  const reader = await openRawConnection(url);
  const writer = await openRawConnection(url);
  await writer.send(command(['XGROUP', 'CREATE', input, GROUP, '0', 'MKSTREAM']));
  const sha = await writer.send(command(['SCRIPT', 'LOAD', SETTLE]));
  const encode = createEncoder();
  const read = command([
    ...['XREADGROUP', 'GROUP', GROUP, 'c1', 'COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', input, '>'],
  ]);
  const head = ['EVALSHA', String(sha), 2, input, output, GROUP, encode.fieldCount];
  let stopped = false;
  const finished = relay(reader, writer);
  finished.catch(() => undefined);

  async function relay(from: RawConnection, to: RawConnection): Promise<void> {
    let written = 0;
    let ahead = from.send(read);
    while (written < count && !stopped) {
      const entries = entriesOf(await ahead);
      ahead = from.send(read);
      ahead.catch(() => undefined);
      if (entries.length === 0) continue;
      const size = entries.length * (encode.fieldCount + 1);
      written += Number(await to.send(command(head, size) + entries.map(encode.entry).join('')));
    }
  }

  return {
    finished,
    async stop() {
      stopped = true;
      reader.close();
      writer.close();
    },
  };
}

type Entry = readonly [id: string, fields: readonly string[]];

function entriesOf(reply: Reply): readonly Entry[] {
  const streams = reply as [[name: string, entries: Entry[]]] | null;
  return streams?.[0][1] ?? [];
}

/** Encodes one answer with our own encoder, and fills in from then on what differs from entry to entry. */
function createEncoder(): { fieldCount: number; entry: (entry: Entry) => string } {
  const sample: Transcript = { text: 'x', frameId: 'x', language: 'x', room: 'x', user: 'x' };
  const fields = encodeConstantAnswer(sample, '0-0').map(toBytes);
  /** What stands before each field that differs, already on the wire; and the fields' names. */
  const before: string[] = [];
  const names: string[] = [];
  let constant = '';
  for (let index = 0; index < fields.length; index += 2) {
    const [name = '', value = ''] = fields.slice(index, index + 2);
    constant += bulk(name);
    if (!differs(name)) constant += bulk(value);
    else {
      before.push(constant);
      names.push(name);
      constant = '';
    }
  }
  const expiry = lastRemembered(expiryOf);

  function value(name: string, [id, input]: Entry): string {
    if (name === 'source_message_id') return id;
    if (name === 'expires_at') return expiry(id.slice(0, id.indexOf('-')));
    const carried = input[input.indexOf(name) + 1];
    if (carried === undefined) throw new Error(`the entry ${id} lacks the field ${name}`);
    return carried;
  }

  return {
    fieldCount: fields.length,
    entry(entry) {
      let text = bulk(entry[0]);
      for (let index = 0; index < names.length; index += 1) {
        text += (before[index] as string) + bulk(value(names[index] as string, entry));
      }
      return text + constant;
    },
  };
}

function differs(name: string): boolean {
  return name === 'source_message_id' || name === 'expires_at' || CARRIED.some((carried) => carried === name);
}

/** Entries of the same millisecond come one after the other. */
function lastRemembered(make: (key: string) => string): (key: string) => string {
  let lastKey: string | undefined;
  let last = '';
  return (key) => {
    if (key !== lastKey) {
      last = make(key);
      lastKey = key;
    }
    return last;
  };
}
