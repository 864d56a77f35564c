import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTemplate } from './check-template.ts';
import { BUILT_IN_TEMPLATES, createPrompts, type Prompts } from './prompts.ts';
import type { Template } from './template-settings.ts';

interface PromptMistake {
  readonly file: string;
  /** From 1; absent where the whole file is meant. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** The prompts of one tenant. */
export interface PromptFolder {
  /**
   * @param name absent for those without one
   * @returns undefined where there is no file for such a name; whatever else has no file is as without a name, else built in
   */
  promptsOf(name?: string): Prompts | undefined;
  readonly mistakes: readonly PromptMistake[];
}

/** `recognise.txt`, `repair.txt`, or with a name of their own: `recognise.short.txt`. */
const FILE = /^(recognise|repair)(?:\.([a-z0-9][a-z0-9_-]*))?\.txt$/;

/**
 * Reads and checks every template of a folder. What does not end in `.txt` is no template.
 *
 * @param options.mayBeMissing where nobody asked for the folder
 */
export async function readPromptFolder(
  folder: string,
  { mayBeMissing }: { readonly mayBeMissing: boolean },
): Promise<PromptFolder> {
  const templates = new Map<string, string>();
  const mistakes: PromptMistake[] = [];
  for (const file of await textFilesOf(folder, { mayBeMissing, mistakes })) {
    const path = join(folder, file);
    const [, template, name = ''] = FILE.exec(file) ?? [];
    if (template !== 'recognise' && template !== 'repair') {
      const message = 'is no template; expected recognise.txt or repair.txt, or such as recognise.short.txt';
      mistakes.push({ file: path, message });
      continue;
    }
    const text = (await readFile(path, 'utf8'))
      .replace(/^\ufeff/, '')
      .replaceAll('\r\n', '\n')
      .trimEnd();
    for (const { offset, message } of checkTemplate(template, text)) {
      mistakes.push({ file: path, message, ...(offset !== undefined && placeOf(text, offset)) });
    }
    templates.set(keyOf(template, name), text);
  }

  const textOf = (template: Template, name: string): string =>
    templates.get(keyOf(template, name)) ??
    templates.get(keyOf(template, '')) ??
    BUILT_IN_TEMPLATES[template];
  return {
    promptsOf(name = '') {
      const isKnown =
        name === '' || templates.has(keyOf('recognise', name)) || templates.has(keyOf('repair', name));
      if (!isKnown) return undefined;
      return createPrompts({ recognise: textOf('recognise', name), repair: textOf('repair', name) });
    },
    mistakes,
  };
}

async function textFilesOf(
  folder: string,
  { mayBeMissing, mistakes }: { readonly mayBeMissing: boolean; readonly mistakes: PromptMistake[] },
): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith('.txt')).sort();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!(isMissing && mayBeMissing)) {
      const problem = isMissing ? 'there is no such folder' : 'cannot be read as a folder';
      mistakes.push({ file: folder, message: `${problem}; expected the prompts of the tenant in it` });
    }
    return [];
  }
}

function keyOf(template: Template, name: string): string {
  return `${template} ${name}`;
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
