/** One item as it was sent, or why it is none. */
export type SentItem =
  | { readonly kind: 'item'; readonly json: string }
  | { readonly kind: 'oversize' }
  /** A batch has an end. */
  | { readonly kind: 'too many' }
  /** Who sends it took longer than he may. */
  | { readonly kind: 'too slow'; readonly detail: string }
  /** Nothing after it can be told apart. */
  | { readonly kind: 'malformed'; readonly detail: string };

/** Takes a body apart, piece by piece as it arrives. */
export interface ItemReader {
  read(piece: string): SentItem[];
  /** The body is over. */
  end(): SentItem[];
}

/** One JSON value a line; blank lines are none. @param longest characters of an item that are kept */
export function createLineReader(longest: number): ItemReader {
  let line = '';
  let isOversize = false;

  function take(): SentItem[] {
    const [json, wasOversize] = [line.trim(), isOversize];
    line = '';
    isOversize = false;
    if (wasOversize) return [{ kind: 'oversize' }];
    return json === '' ? [] : [{ kind: 'item', json }];
  }

  function append(text: string): void {
    if (line.length + text.length > longest) isOversize = true;
    else line += text;
  }

  return {
    read(piece) {
      const [first = '', ...others] = piece.split('\n');
      append(first);
      return others.flatMap((next) => {
        const items = take();
        append(next);
        return items;
      });
    },
    end: take,
  };
}

const MALFORMED = 'expected an array of objects';

/**
 * The elements of one JSON array. What an element holds is not looked at, beyond where it ends: a parser would give up with the
 * first mistake, and here one element's mistake is nobody else's.
 *
 * @param longest characters of an item that are kept
 */
export function createArrayReader(longest: number): ItemReader {
  let phase: 'before' | 'within' | 'after' | 'broken' = 'before';
  /** Of brackets within the element. */
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let isOversize = false;
  let isFirst = true;
  /** Of the present element, from earlier pieces. */
  let begun = '';

  function broken(detail: string): SentItem[] {
    phase = 'broken';
    return [{ kind: 'malformed', detail }];
  }

  function keep(text: string): void {
    if (begun.length + text.length > longest) isOversize = true;
    else begun += text;
  }

  function take(): SentItem | undefined {
    const [json, wasOversize] = [begun.trim(), isOversize];
    begun = '';
    isOversize = false;
    if (wasOversize) return { kind: 'oversize' };
    return json === '' ? undefined : { kind: 'item', json };
  }

  return {
    read(piece) {
      const items: SentItem[] = [];
      let start = 0;
      for (let index = 0; index < piece.length; index += 1) {
        const character = piece[index] as string;
        if (phase === 'broken') return items;
        if (phase !== 'within') {
          if (phase === 'before' && character === '[') {
            phase = 'within';
            start = index + 1;
          } else if (character.trim() !== '') return [...items, ...broken(MALFORMED)];
          continue;
        }
        if (isText) {
          if (isEscaped) isEscaped = false;
          else if (character === '\\') isEscaped = true;
          else if (character === '"') isText = false;
          continue;
        }
        if (character === '"') isText = true;
        else if (character === '{' || character === '[') depth += 1;
        else if (depth > 0 && (character === '}' || character === ']')) depth -= 1;
        else if (depth === 0 && (character === ',' || character === ']')) {
          keep(piece.slice(start, index));
          start = index + 1;
          const item = take();
          if (item) items.push(item);
          // An empty array has no items; anywhere else one is missing.
          else if (character === ',' || !isFirst) return [...items, ...broken(MALFORMED)];
          isFirst = false;
          if (character === ']') phase = 'after';
        } else if (depth === 0 && character === '}') return [...items, ...broken(MALFORMED)];
      }
      if (phase === 'within') keep(piece.slice(start));
      return items;
    },
    end() {
      if (phase === 'after' || phase === 'broken') return [];
      return broken(phase === 'before' ? MALFORMED : 'the array has no end');
    },
  };
}
