import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** Milliseconds without a change after which what is written is written: half a file may be a valid one. */
const CALM_MS = 300;
/** Milliseconds after which it is looked at though something goes on changing. */
const LONGEST_WAIT_MS = 3000;
/** Milliseconds that it may take until all is watched. */
const READY_MS = 5000;

/** What is looked at. */
export interface WatchedFiles {
  /** Files, there or not: it is their folders that are watched, because editors and mounts put another file in their place. */
  readonly files: readonly string[];
  /** Folders, with all that is below them. */
  readonly folders: readonly string[];
}

export interface FileWatch {
  close(): Promise<void>;
}

/**
 * Watches files that somebody edits. Resolves when all are watched.
 *
 * @param changed told when one of them has changed, and nothing more did for a while
 * @param failed told when they cannot be watched any more, or not all of them
 */
export async function watchFiles(
  { files, folders }: WatchedFiles,
  { changed, failed }: { changed: () => void; failed: (error: Error) => void },
): Promise<FileWatch> {
  let timer: NodeJS.Timeout | undefined;
  let since: number | undefined;
  function tell(): void {
    since = undefined;
    changed();
  }
  const soon = (): void => {
    since ??= performance.now();
    const left = since + LONGEST_WAIT_MS - performance.now();
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, Math.min(CALM_MS, left))).unref();
  };
  // By where they are: under the name of a link nothing would be told of what it leads to.
  const real = await Promise.all(
    files.map(async (file) => join(await realPlace(dirname(file)), basename(file))),
  );
  const parents = new Set(real.map((file) => dirname(file)));
  const known = new Set([...real, ...parents]);
  // What else lies there is nobody's business; mounts of Kubernetes exchange `..data`.
  const isOther = (path: string): boolean => !known.has(path) && !basename(path).startsWith('..');
  const watchers = [
    watch([...parents], { ignoreInitial: true, depth: 0, ignored: isOther }),
    watch(await Promise.all(folders.map(realPlace)), { ignoreInitial: true }),
  ];
  for (const watcher of watchers) watcher.on('all', soon).on('error', (error) => failed(error as Error));
  // One that does not get ready is told of, and goes on trying.
  await Promise.all(watchers.map((watcher) => isReady(watcher).catch(failed)));
  return {
    async close() {
      clearTimeout(timer);
      await Promise.all(watchers.map((watcher) => watcher.close()));
    },
  };
}

async function isReady(watcher: FSWatcher): Promise<void> {
  const limit = AbortSignal.timeout(READY_MS);
  try {
    await once(watcher, 'ready', { signal: limit });
  } catch (error) {
    throw limit.aborted ? new Error(`not all files were watched within ${READY_MS / 1000} s`) : error;
  }
}

/** Where they lie when links are followed; the name where there is nothing. */
export function realPlaces({ files, folders }: WatchedFiles): Promise<readonly string[]> {
  const places = [...new Set([...files.map((file) => dirname(file)), ...folders])];
  return Promise.all(places.map(realPlace));
}

function realPlace(place: string): Promise<string> {
  return realpath(place).catch(() => place);
}
