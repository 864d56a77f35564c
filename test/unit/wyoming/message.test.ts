import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createMessageReader,
  encodeMessage,
  RefusedMessage,
  type WyomingMessage,
} from '../../../src/wyoming/message.ts';

const LIMITS = { headerBytes: 200, dataBytes: 1000, payloadBytes: 1000 };

/** Reads what comes in pieces. */
function readAll(pieces: readonly (string | Buffer)[]): readonly WyomingMessage[] {
  const reader = createMessageReader(LIMITS);
  return pieces.flatMap((piece) => {
    reader.push(Buffer.from(piece));
    const found: WyomingMessage[] = [];
    for (let message = reader.next(); message; message = reader.next()) found.push(message);
    return found;
  });
}

describe('a message', () => {
  test('has its data in its line, behind it, or both, of which the second wins', () => {
    expect(
      readAll([
        '{"type":"ping","data":{"text":"a"}}\n',
        '{"type":"ping","data_length":12}\n{"text":"b"}{"type":"ping","data":{"text":"c","more":1},"data_length":12}\n{"text":"d"}',
        '{"type":"describe"}\n',
      ]),
    ).toEqual([
      { type: 'ping', data: { text: 'a' } },
      { type: 'ping', data: { text: 'b' } },
      { type: 'ping', data: { text: 'd', more: 1 } },
      { type: 'describe', data: {} },
    ]);
  });

  test('is complete when its payload has come, which is thrown away', () => {
    expect(readAll(['{"type":"audio-chunk","payload_length":4}\n\n\n', '\n', '\n{"type":"ping"}\n'])).toEqual(
      [
        { type: 'audio-chunk', data: {} },
        { type: 'ping', data: {} },
      ],
    );
  });

  test('is the same however it is cut into pieces, and comes back as it was written', () => {
    const messages = fc.array(
      fc.record({
        type: fc.string({ minLength: 1, maxLength: 20 }),
        data: fc.dictionary(
          fc.string({ maxLength: 10 }),
          fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
          {
            maxKeys: 5,
            noNullPrototype: true,
          },
        ),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (said, sizes) => {
        const bytes = Buffer.concat(said.map(encodeMessage));
        const pieces: Buffer[] = [];
        for (let at = 0, index = 0; at < bytes.length; index += 1) {
          const size = sizes[index % sizes.length] as number;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(readAll(pieces)).toEqual(JSON.parse(JSON.stringify(said)));
      }),
    );
  });

  test('is refused, or waits for more, whatever comes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(
        '\n',
        '{"type":"ping"',
        ',"data_length":',
        '7',
        ',"payload_length":2',
        '}',
        '\n{"a":1}',
        '{"data":{"__proto__":1}',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          for (const { type, data } of readAll(pieces)) {
            expect(typeof type).toBe('string');
            expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
          }
        } catch (error) {
          if (!(error instanceof RefusedMessage)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['no JSON', 'describe\n', 'the first line of a message is no JSON in UTF-8'],
    ['bad UTF-8', Buffer.from([0x22, 0xff, 0x22, 0x0a]), 'the first line of a message is no JSON in UTF-8'],
    ['a list', '["describe"]\n', 'the first line of a message is no JSON object'],
    ['no type', '{"data":{}}\n', 'the first line of a message names no type'],
    ['data that is a list', '{"type":"ping","data":[]}\n', 'the data of a message is no JSON object'],
    [
      'data behind it that is no object',
      '{"type":"ping","data_length":4}\nnull',
      'the data of a message is no JSON object',
    ],
    [
      'data that breaks off',
      '{"type":"ping","data_length":4}\n{"a"',
      'the data of a message is no JSON in UTF-8',
    ],
    ['a negative length', '{"type":"ping","data_length":-1}\n', 'data_length is no whole number from 0 on'],
    [
      'a length in words',
      '{"type":"ping","payload_length":"4"}\n',
      'payload_length is no whole number from 0 on',
    ],
  ])('is refused as malformed with %s', (_, bytes, complaint) => {
    expect(() => readAll([bytes])).toThrow(new RefusedMessage('malformed', complaint));
  });

  test.each([
    ['a line without end', 'x'.repeat(201), 'the first line of a message has more than 200 bytes'],
    [
      'a line that is too long',
      `{"type":"${'x'.repeat(200)}"}\n`,
      'the first line of a message has more than 200 bytes',
    ],
    ['too much data', '{"type":"ping","data_length":1001}\n', 'data_length is 1001, which is more than 1000'],
    [
      'too large a payload',
      '{"type":"ping","payload_length":1e9}\n',
      'payload_length is 1000000000, which is more than 1000',
    ],
  ])('is refused as oversized with %s, before it is kept', (_, bytes, complaint) => {
    expect(() => readAll([bytes])).toThrow(new RefusedMessage('oversized', complaint));
  });
});
