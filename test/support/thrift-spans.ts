import type { ReceivedSpan } from './received-span.ts';

type Value = boolean | number | bigint | Buffer | readonly Value[] | Struct;
interface Struct {
  readonly fields: ReadonlyMap<number, Value>;
}

/** Reads what Jaeger's collector takes: a `Batch` of `jaeger.thrift`, in Thrift's binary protocol. */
export function readThriftSpans(body: Buffer): ReceivedSpan[] {
  const batch = readStruct(body);
  const process = struct(batch, 1);
  const service = text(process, 1);
  return list(batch, 2).map((span) => {
    const { 'span.kind': kind = 'internal', ...attributes } = tagsOf(list(span, 10));
    return {
      service,
      name: text(span, 5),
      traceId: hex(span, 2) + hex(span, 1),
      spanId: hex(span, 3),
      parentSpanId: hex(span, 4).replace(/^0+$/, ''),
      kind: String(kind),
      attributes,
      links: list(span, 6).map((reference) => hex(reference, 4)),
    };
  });
}

function tagsOf(tags: readonly Struct[]): Record<string, unknown> {
  const readValue = (tag: Struct): unknown => {
    switch (tag.fields.get(2)) {
      case 0:
        return text(tag, 3);
      case 1:
        return tag.fields.get(4);
      case 2:
        return tag.fields.get(5);
      default:
        return Number(tag.fields.get(6));
    }
  };
  return Object.fromEntries(tags.map((tag) => [text(tag, 1), readValue(tag)]));
}

function struct({ fields }: Struct, id: number): Struct {
  return fields.get(id) as Struct;
}

function list({ fields }: Struct, id: number): readonly Struct[] {
  return (fields.get(id) ?? []) as readonly Struct[];
}

function text({ fields }: Struct, id: number): string {
  return (fields.get(id) as Buffer).toString();
}

function hex({ fields }: Struct, id: number): string {
  return BigInt.asUintN(64, fields.get(id) as bigint)
    .toString(16)
    .padStart(16, '0');
}

function readStruct(buffer: Buffer): Struct {
  let offset = 0;
  function take<Content>(size: number, read: (at: number) => Content): Content {
    offset += size;
    return read(offset - size);
  }
  const byte = (): number => take(1, (at) => buffer.readInt8(at));
  const short = (): number => take(2, (at) => buffer.readInt16BE(at));
  const int = (): number => take(4, (at) => buffer.readInt32BE(at));

  function value(type: number): Value {
    switch (type) {
      case 2:
        return byte() === 1;
      case 3:
        return byte();
      case 4:
        return take(8, (at) => buffer.readDoubleBE(at));
      case 6:
        return short();
      case 8:
        return int();
      case 10:
        return take(8, (at) => buffer.readBigInt64BE(at));
      case 11: {
        const length = int();
        return take(length, (at) => buffer.subarray(at, at + length));
      }
      case 12:
        return fieldsOf();
      case 15: {
        const each = byte();
        return Array.from({ length: int() }, () => value(each));
      }
      default:
        throw new Error(`there is no type ${type} at ${offset}`);
    }
  }

  function fieldsOf(): Struct {
    const fields = new Map<number, Value>();
    for (let type = byte(); type !== 0; type = byte()) {
      const id = short();
      fields.set(id, value(type));
    }
    return { fields };
  }
  return fieldsOf();
}
