/** One message of the Wyoming protocol, without its payload, which none of those that are understood here has. */
export interface WyomingMessage {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface MessageLimits {
  /** Bytes of the first line. */
  readonly headerBytes: number;
  readonly dataBytes: number;
  readonly payloadBytes: number;
}

/** What a client sent is no message, or is larger than a message may be. The text is for the client and the log. */
export class RefusedMessage extends Error {
  override readonly name = 'RefusedMessage';
  /** One word for programs. */
  readonly code: 'malformed' | 'oversized';

  constructor(code: RefusedMessage['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Takes a stream of bytes apart into messages. */
export interface MessageReader {
  /** @throws RefusedMessage: whatever comes after that cannot be understood */
  push(bytes: Buffer): void;
  /** The next message that is complete; undefined where none is. @throws RefusedMessage */
  next(): WyomingMessage | undefined;
  /** Whether a message has begun and not ended. */
  isInside(): boolean;
  /** Bytes that were not taken apart yet. */
  readonly waiting: number;
}

const NEWLINE = 0x0a;
const MOST_PARTS = 64;

/**
 * A message is a line of JSON that tells its `type` and how many bytes of JSON (`data_length`) and of anything
 * (`payload_length`) follow. Data may also stand in the line; what follows wins. A payload is thrown away as it comes.
 */
export function createMessageReader(limits: MessageLimits): MessageReader {
  let kept: Buffer[] = [];
  let length = 0;
  let header: Header | undefined;
  let message: WyomingMessage | undefined;
  let payloadLeft = 0;

  function take(count: number): Buffer {
    const all = kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept, length);
    const taken = all.subarray(0, count);
    const rest = all.subarray(count);
    kept = rest.length > 0 ? [rest] : [];
    length = rest.length;
    return taken;
  }

  function takeLine(): Buffer | undefined {
    let before = 0;
    for (const part of kept) {
      const at = part.indexOf(NEWLINE);
      if (at >= 0 && before + at <= limits.headerBytes) return take(before + at + 1);
      before += part.length;
      if (before > limits.headerBytes) {
        throw new RefusedMessage(
          'oversized',
          `the first line of a message has more than ${limits.headerBytes} bytes`,
        );
      }
    }
    return undefined;
  }

  function dropPayload(): boolean {
    const dropped = Math.min(payloadLeft, length);
    if (dropped > 0) take(dropped);
    payloadLeft -= dropped;
    return payloadLeft === 0;
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return;
      kept.push(bytes);
      length += bytes.length;
      // Who sends byte by byte would have all of them looked through at each one.
      if (kept.length > MOST_PARTS) kept = [Buffer.concat(kept, length)];
    },
    next() {
      if (!message) {
        if (!header) {
          const line = takeLine();
          if (!line) return undefined;
          header = readHeader(line, limits);
        }
        if (length < header.dataLength) return undefined;
        const data =
          header.dataLength === 0 ? {} : readObject(take(header.dataLength), 'the data of a message');
        message = { type: header.type, data: { ...header.data, ...data } };
        payloadLeft = header.payloadLength;
      }
      if (!dropPayload()) return undefined;
      const complete = message;
      header = undefined;
      message = undefined;
      return complete;
    },
    isInside: () => length > 0 || header !== undefined,
    get waiting() {
      return length;
    },
  };
}

interface Header {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly dataLength: number;
  readonly payloadLength: number;
}

function readHeader(line: Buffer, limits: MessageLimits): Header {
  const fields = readObject(line, 'the first line of a message');
  const { type, data = {} } = fields;
  if (typeof type !== 'string' || type === '') {
    throw new RefusedMessage('malformed', 'the first line of a message names no type');
  }
  if (!isObject(data)) throw new RefusedMessage('malformed', 'the data of a message is no JSON object');
  return {
    type,
    data,
    dataLength: readLength(fields, 'data_length', limits.dataBytes),
    payloadLength: readLength(fields, 'payload_length', limits.payloadBytes),
  };
}

function readLength(fields: Readonly<Record<string, unknown>>, name: string, most: number): number {
  const value = fields[name] ?? 0;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new RefusedMessage('malformed', `${name} is no whole number from 0 on`);
  }
  if (value > most) {
    throw new RefusedMessage('oversized', `${name} is ${value}, which is more than ${most}`);
  }
  return value;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function readObject(bytes: Buffer, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch {
    throw new RefusedMessage('malformed', `${what} is no JSON in UTF-8`);
  }
  if (!isObject(value)) throw new RefusedMessage('malformed', `${what} is no JSON object`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As the protocol's own package writes it: the data behind the line. */
export function encodeMessage({ type, data }: WyomingMessage): Buffer {
  if (Object.keys(data).length === 0) return Buffer.from(`${JSON.stringify({ type })}\n`);
  const body = Buffer.from(JSON.stringify(data));
  return Buffer.concat([Buffer.from(`${JSON.stringify({ type, data_length: body.length })}\n`), body]);
}
