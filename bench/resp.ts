/**
 * Redis's wire protocol (RESP 2), as little of it as the relay needs. Text is a string with one character per byte
 * ("latin1"), so that nothing is decoded or encoded on the way and a string's length is its length on the wire.
 */
export type Reply = string | number | null | Error | Reply[];

/** A text as a bulk string. */
export function bulk(bytes: string): string {
  return `$${bytes.length}\r\n${bytes}\r\n`;
}

/** A command of which the last `more` arguments follow, each made by `bulk`. */
export function command(parts: readonly (string | number)[], more = 0): string {
  return `*${parts.length + more}\r\n${parts.map((part) => bulk(String(part))).join('')}`;
}

/** A text as one character per byte of its UTF-8. */
export function toBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * Takes replies apart as they arrive.
 *
 * @param received called with each whole reply, in order
 * @returns to be called with what arrived
 */
export function createReplyParser(received: (reply: Reply) => void): (chunk: string) => void {
  let buffer = '';
  let position = 0;
  /** The arrays around the current place, and how many elements each still lacks. */
  const open: { elements: Reply[]; missing: number }[] = [];

  function take(reply: Reply): void {
    let whole = reply;
    for (let inner = open.at(-1); inner; inner = open.at(-1)) {
      inner.elements.push(whole);
      inner.missing -= 1;
      if (inner.missing > 0) return;
      whole = inner.elements;
      open.pop();
    }
    received(whole);
  }

  /** @returns false where the next piece has not arrived whole */
  function next(): boolean {
    const end = buffer.indexOf('\r\n', position);
    if (end < 0) return false;
    const line = buffer.slice(position + 1, end);
    const kind = buffer[position];
    const after = end + 2;
    if (kind === '$' && line !== '-1') {
      const until = after + Number(line);
      if (buffer.length < until + 2) return false;
      position = until + 2;
      take(buffer.slice(after, until));
      return true;
    }
    position = after;
    if (kind === '+') take(line);
    else if (kind === '-') take(new Error(line));
    else if (kind === ':') take(Number(line));
    else if (line === '-1') take(null);
    else if (kind === '*' && line === '0') take([]);
    else if (kind === '*') open.push({ elements: [], missing: Number(line) });
    else throw new Error(`Redis sent what is no RESP 2: ${JSON.stringify(kind + line)}`);
    return true;
  }

  return (chunk) => {
    buffer = position < buffer.length ? buffer.slice(position) + chunk : chunk;
    position = 0;
    while (position < buffer.length && next());
  };
}
