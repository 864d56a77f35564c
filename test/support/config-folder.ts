import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

const SHIPPED = join(import.meta.dirname, '../../config');

/** A folder like the one that is shipped, to be changed. */
export async function configFolder() {
  const folder = await temporaryFolder();
  await cp(SHIPPED, folder, { recursive: true });
  const inFolder = (name: string): string => join(folder, name);
  /** As an editor does it: another file takes the place of the one that was there. */
  async function write(name: string, text: string): Promise<void> {
    await mkdir(dirname(inFolder(name)), { recursive: true });
    await writeFile(inFolder(`${name}~`), text);
    await rename(inFolder(`${name}~`), inFolder(name));
  }
  return {
    folder,
    write,
    async replace(name: string, from: string, to: string) {
      const text = await readFile(inFolder(name), 'utf8');
      if (!text.includes(from)) throw new Error(`${name} does not say "${from}"`);
      await write(name, text.replace(from, to));
    },
  };
}
