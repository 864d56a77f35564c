import type { ReceivedSpan } from './received-span.ts';

/** What a message holds, by field number: bytes for what has a length, else a number. */
type Message = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Reads what OTLP sends as protobuf, by the field numbers of opentelemetry-proto's `trace.proto`. */
export function readProtobufSpans(body: Buffer): ReceivedSpan[] {
  return messages(parse(body), 1).flatMap((resourceSpans) => {
    const [resource] = messages(resourceSpans, 1);
    const service = String((resource && attributesOf(resource, 1))?.['service.name']);
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => ({
        service,
        name: bytes(span, 5).toString(),
        traceId: bytes(span, 1).toString('hex'),
        spanId: bytes(span, 2).toString('hex'),
        parentSpanId: bytes(span, 4).toString('hex'),
        kind: KINDS[Number(span.get(6)?.[0] ?? 0)] ?? '',
        attributes: attributesOf(span, 9),
        links: messages(span, 13).map((link) => bytes(link, 2).toString('hex')),
      }));
  });
}

function attributesOf(message: Message, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const [value] = messages(pair, 2);
      return [bytes(pair, 1).toString(), value && readValue(value)];
    }),
  );
}

function readValue(value: Message): unknown {
  const [[field, [content]] = [0, []]] = [...value];
  switch (field) {
    case 1:
      return (content as Buffer).toString();
    case 2:
      return content === 1n;
    case 3:
      return Number(BigInt.asIntN(64, content as bigint));
    case 4: {
      const double = Buffer.alloc(8);
      double.writeBigUInt64LE(content as bigint);
      return double.readDoubleLE();
    }
    default:
      throw new Error(`no attribute of ours has a value in field ${field}`);
  }
}

function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((content) => parse(content as Buffer));
}

function bytes(message: Message, field: number): Buffer {
  return (message.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0);
}

function parse(buffer: Buffer): Message {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let offset = 0;
  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer.readUInt8(offset);
      offset += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  function content(type: number): Buffer | bigint {
    if (type === 0) return varint();
    if (type === 1) {
      offset += 8;
      return buffer.readBigUInt64LE(offset - 8);
    }
    if (type === 5) {
      offset += 4;
      return BigInt(buffer.readUInt32LE(offset - 4));
    }
    if (type !== 2) throw new Error(`there is no wire type ${type}`);
    const length = Number(varint());
    offset += length;
    return buffer.subarray(offset - length, offset);
  }
  while (offset < buffer.length) {
    const key = Number(varint());
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), content(key & 7)]);
  }
  return fields;
}
