import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { issueMessage } from './issue-message.ts';

/** What is wrong in a file that an operator edits, and where. */
export interface Mistake {
  readonly file: string;
  /** From 1; absent where the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** Keys and list positions from the top of a document. */
export type DocumentPath = readonly PropertyKey[];

/** Thrown with everything that is wrong, so that one look at the file mends it all. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(formatMistake).join('\n'));
    this.mistakes = mistakes;
  }
}

/** As editors and compilers write it: `file:line:column: message`. */
export function formatMistake({ file, line, column, message }: Mistake): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`;
}

/** A YAML file whose values know where they stand. */
export interface LocatedDocument {
  readonly file: string;
  /** Changes with every character of the file. */
  readonly fingerprint: string;
  /** The file's content as plain values; undefined for an empty file. */
  readonly content: unknown;
  /** True where the file itself says something at this path. */
  has(path: DocumentPath): boolean;
  /**
   * Places a mistake at a path, or at the nearest thing above it that the file has.
   *
   * @param at characters into the scalar there, exact for one that is written on one line; or `key` for its key;
   *   absent: the value as a whole, its quotes included
   */
  mistake(path: DocumentPath, message: string, at?: number | 'key'): Mistake;
}

/** Aliases may repeat what they name so often; more is a bomb. */
const MAX_ALIASES = 100;

/**
 * Reads a YAML text.
 *
 * @throws DocumentError with every syntax error and duplicate key
 */
export function readLocated(text: string, file: string): LocatedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number, message: string): Mistake => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), message };
  };
  if (document.errors.length > 0) {
    throw new DocumentError(document.errors.map(({ pos, message }) => place(pos[0], message)));
  }
  return {
    file,
    fingerprint: hash('sha256', text, 'base64url'),
    content: toContent(document, file),
    has: (path) => document.hasIn(path),
    mistake(path, message, position) {
      const node = nearest(document, path, { key: position === 'key' });
      if (!node?.range) return place(0, message);
      const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
      const inside = typeof position === 'number' ? position + (quoted ? 1 : 0) : 0;
      return place(node.range[0] + inside, message);
    },
  };
}

/** @throws DocumentError when the file cannot be read, and as `readLocated` */
export async function loadLocated(file: string): Promise<LocatedDocument> {
  return readLocated(await readText(file), file);
}

/** @throws DocumentError when the file cannot be read */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'this is a folder; expected a file',
      ENOTDIR: 'what stands before it in its path is a file, not a folder',
      EACCES: 'it may not be read by whom this runs as',
    };
    throw new DocumentError([{ file, message: reasons[code ?? ''] ?? `cannot be read: ${message}` }]);
  }
}

/**
 * What a schema finds wrong with a document, each at its place. Unknown keys are placed at the key, and come first: with
 * the right one nothing may be missing.
 *
 * @param at where in the document stands what the schema was held against; absent: it was the whole
 */
export function schemaMistakes(
  document: LocatedDocument,
  issues: readonly z.core.$ZodIssue[],
  at: DocumentPath = [],
): Mistake[] {
  const unknown: Mistake[] = [];
  const others: Mistake[] = [];
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      const place = (key: string) =>
        document.mistake([...at, ...issue.path, key], `there is no field "${key}" here`, 'key');
      unknown.push(...issue.keys.map(place));
    } else {
      const field = issue.path.at(-1);
      const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
      const message =
        isMissing && field !== undefined ? `the field "${String(field)}" is missing` : issueMessage(issue);
      others.push(document.mistake([...at, ...issue.path], message));
    }
  }
  return [...unknown, ...others];
}

/**
 * Checks a document against a schema.
 *
 * @throws DocumentError with everything the schema finds
 */
export function validate<Schema extends z.ZodType>(
  document: LocatedDocument,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(document.content ?? {});
  if (!parsed.success) throw new DocumentError(schemaMistakes(document, parsed.error.issues));
  return parsed.data;
}

function toContent(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? undefined;
  } catch (error) {
    throw new DocumentError([{ file, message: (error as Error).message }]);
  }
}

/** The value at a path, its key where it is a list or a map, or the last of these on the way to it. */
function nearest(
  document: Document.Parsed,
  path: DocumentPath,
  { key: wantsKey }: { key: boolean },
): Node | undefined {
  let node: Node | null | undefined = document.contents;
  let found: Node | undefined = node ?? undefined;
  for (const key of path) {
    const step = stepInto(node, key);
    if (!step) break;
    found = (isScalar(step.value) && !wantsKey ? step.value : (step.key ?? step.value)) ?? found;
    node = step.value;
  }
  return found;
}

function stepInto(
  node: Node | null | undefined,
  key: PropertyKey,
): { key: Node | undefined; value: Node | undefined } | undefined {
  if (isSeq(node)) {
    const value = node.get(Number(key), true);
    return value && { key: undefined, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return pair && { key: pair.key as Node, value: (pair.value as Node | null) ?? undefined };
}
