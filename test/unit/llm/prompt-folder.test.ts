import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPromptFolder } from '../../../src/llm/prompt-folder.ts';
import { BUILT_IN_PROMPTS, BUILT_IN_TEMPLATES } from '../../../src/llm/prompts.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const OWN = `${BUILT_IN_TEMPLATES.recognise}\nBe brief.`;

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = join(await temporaryFolder(), 'tenant');
  await mkdir(folder);
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
}

async function read(files: Readonly<Record<string, string | Buffer>>) {
  const folder = await folderWith(files);
  return { folder, ...(await readPromptFolder(folder, { mayBeMissing: false })) };
}

describe('the prompts of a folder', () => {
  test('are those of its files, and what is built in where there is none', async () => {
    const { promptsOf, mistakes } = await read({ 'recognise.txt': `${OWN}\r\n`, 'README.md': 'about' });
    expect(mistakes).toEqual([]);
    expect(promptsOf()?.recognise).toBe(OWN);
    expect(promptsOf()?.repair('No.')).toBe(BUILT_IN_PROMPTS.repair('No.'));
    expect(promptsOf()?.version).not.toBe(BUILT_IN_PROMPTS.version);
  });

  test('may have names, and are else as without one', async () => {
    const { promptsOf } = await read({
      'recognise.txt': OWN,
      'repair.curt.txt': '{complaint} JSON!',
    });
    expect(promptsOf('curt')?.recognise).toBe(OWN);
    expect(promptsOf('curt')?.repair('No $& such id.')).toBe('No $& such id. JSON!');
    expect(promptsOf('other')).toBeUndefined();
  });

  test('are all built in where nobody asked for the folder', async () => {
    const nowhere = join(await temporaryFolder(), 'nowhere');
    const { promptsOf, mistakes } = await readPromptFolder(nowhere, { mayBeMissing: true });
    expect(mistakes).toEqual([]);
    expect(promptsOf()?.version).toBe(BUILT_IN_PROMPTS.version);
  });
});

describe('a mistake is told with its place', () => {
  test.each<[string, string | Buffer, { line?: number; column?: number; message: string | RegExp }]>([
    ['recognise.txt', ' \n', { message: /is empty/ }],
    [
      'recognise.txt',
      'Answer with JSON.',
      { message: /says nothing of kind, picks, confidence, action, query/ },
    ],
    ['recognise.txt', OWN.replace('«»', 'quotes'), { message: /says nothing of «»/ }],
    ['recognise.txt', OWN.replaceAll('unclear', 'none'), { message: /says nothing of unclear;/ }],
    [
      'recognise.txt',
      `${OWN}\nThe room is {room}.`,
      { line: 8, column: 13, message: /no placeholder \{room\}; expected none in this template/ },
    ],
    ['recognise.txt', OWN + 'x'.repeat(4000), { line: 7, message: /characters; expected 4000 at most/ }],
    ['recognise.txt', Buffer.from([0xff, 0xfe, 0x00]), { line: 1, message: /no text/ }],
    ['repair.txt', 'Again.', { message: /says nothing of \{complaint\}/ }],
    ['repair.txt', '{complant} Again.', { line: 1, column: 1, message: /no placeholder \{complant\}/ }],
    ['recognize.txt', OWN, { message: /is no template; expected recognise\.txt/ }],
  ])('in %s: %j', async (file, text, { message, ...place }) => {
    const { folder, mistakes } = await read({ [file]: text });
    expect(mistakes).toContainEqual(
      expect.objectContaining({
        file: join(folder, file),
        message: expect.stringMatching(message),
        ...place,
      }),
    );
  });

  test('as a folder that is asked for and is not there is', async () => {
    const nowhere = join(await temporaryFolder(), 'nowhere');
    const { mistakes } = await readPromptFolder(nowhere, { mayBeMissing: false });
    expect(mistakes).toEqual([
      { file: nowhere, message: expect.stringContaining('there is no such folder') },
    ]);
  });
});

test('what is built in passes the same check, and the documentation has it', async () => {
  const { mistakes } = await read({
    'recognise.txt': BUILT_IN_TEMPLATES.recognise,
    'repair.txt': BUILT_IN_TEMPLATES.repair,
  });
  expect(mistakes).toEqual([]);
  const page = join(import.meta.dirname, '../../../docs/prompts/intent-recognition.md');
  expect(await readFile(page, 'utf8')).toContain(BUILT_IN_TEMPLATES.recognise);
});
