import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Fingerprint, fingerprintOf } from '../config/fingerprint.ts';
import { takeLive } from '../config/live.ts';
import type { Config } from '../config/schema.ts';
import { DocumentError } from '../documents/located-yaml.ts';
import { unlessAborted } from '../waiting.ts';
import { reasonsOf } from './reasons.ts';
import { type FileWatch, realPlaces, type WatchedFiles, watchFiles } from './watch-files.ts';

export interface ConfigurationEvents {
  /** What runs, by the name of its version: told at the start, and whenever it was looked at and found in order. */
  readonly running: (told: {
    readonly version: string;
    /** False where it is what ran before. */
    readonly isNew: boolean;
    /** Fields that were changed and wait for the next start, `everything` last where the other changes cannot be run without them. */
    readonly waiting: readonly string[];
  }) => void;
  /** What the files say now cannot be run: what ran before goes on. */
  readonly refused: (reasons: readonly string[]) => void;
  /** Changes of files are not noticed, or not all. */
  readonly unwatched: (error: Error) => void;
}

export interface FollowedConfiguration {
  /** Looks at the files once more, and runs what they say where that can be run. Never rejects. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds that a change may take: it may have to wait for Redis. */
const LONGEST_CHANGE_MS = 30_000;
/** Milliseconds until what failed for another reason than a mistake in a file is tried again. */
const AGAIN_MS = 10_000;

/**
 * Lets changes of the configuration take effect while the service runs: those that can, once they are found to be without
 * mistakes, all together. Resolves when the files are watched, and what they said meanwhile was looked at.
 *
 * @param config what runs, and `print`, its fingerprint from before its files were loaded
 * @param read loads it anew; throws a DocumentError with every mistake
 * @param check whether a process could be started with it; throws as `read`
 * @param change runs another one, or throws and leaves everything as it was
 */
export async function followConfiguration({
  config,
  print,
  read,
  check,
  change,
  events,
}: {
  config: Config;
  print: Fingerprint;
  read: () => Promise<Config>;
  check: (config: Config) => Promise<void>;
  change: (config: Config, signal: AbortSignal) => Promise<void>;
  events: ConfigurationEvents;
}): Promise<FollowedConfiguration> {
  const stopping = new AbortController();
  let running = { config, print };
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;
  let retry: NodeJS.Timeout | undefined;
  let watched = await realPlaces(watchedFiles(config));
  let watch = await start(watchedFiles(config));
  await reload();

  function start(files: WatchedFiles): Promise<FileWatch> {
    return watchFiles(files, { changed: () => void reload(), failed: events.unwatched });
  }

  async function look(): Promise<void> {
    clearTimeout(retry);
    try {
      const loaded = await read();
      await requireContent(loaded);
      const { config: next, waiting } = takeLive(running.config, loaded);
      const found = await fingerprintOf(next);
      const isNew = found.content !== running.print.content;
      if (isNew) {
        if (!(await changed(next, { loaded, waiting, print: found }))) return;
        // What was written while it was loaded may be half of what runs now.
        if ((await fingerprintOf(next)).content !== found.content) isAskedAgain = true;
      }
      events.running({ version: found.version, isNew, waiting });
      await watchInstead(next);
    } catch (error) {
      if (stopping.signal.aborted) return;
      events.refused(reasonsOf(error, running.config));
      if (!(error instanceof DocumentError)) retry = setTimeout(() => void reload(), AGAIN_MS).unref();
    }
  }

  /** @returns false where the files are right, and cannot be run by what was started with others */
  async function changed(
    next: Config,
    { loaded, waiting, print: found }: { loaded: Config; waiting: readonly string[]; print: Fingerprint },
  ): Promise<boolean> {
    const limit = AbortSignal.timeout(LONGEST_CHANGE_MS);
    const signal = AbortSignal.any([stopping.signal, limit]);
    try {
      await unlessAborted(change(next, signal), signal);
      running = { config: next, print: found };
      return true;
    } catch (error) {
      if (limit.aborted && !stopping.signal.aborted) {
        throw new Error(
          `it took longer than ${LONGEST_CHANGE_MS / 1000} s: is Redis there? It is tried again`,
          {
            cause: error,
          },
        );
      }
      if (!(error instanceof DocumentError) || waiting.length === 0) throw error;
      await check(loaded);
      events.running({ version: running.print.version, isNew: false, waiting: [...waiting, 'everything'] });
      return false;
    }
  }

  /** Files and folders may be elsewhere by now, under the same names. */
  async function watchInstead(next: Config): Promise<void> {
    const places = await realPlaces(watchedFiles(next));
    if (isDeepStrictEqual(places, watched)) return;
    const before = watch;
    watched = places;
    watch = await start(watchedFiles(next));
    await before.close();
  }

  async function lookUntilCalm(): Promise<void> {
    do {
      isAskedAgain = false;
      await look();
    } while (isAskedAgain && !stopping.signal.aborted);
    looking = undefined;
  }

  function reload(): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve();
    isAskedAgain = true;
    looking ??= lookUntilCalm();
    return looking;
  }

  return {
    reload,
    async stop() {
      stopping.abort(new Error('the process stops'));
      clearTimeout(retry);
      await looking;
      await watch.close();
    },
  };
}

function watchedFiles({ sources, files, rules, tenant }: Config): WatchedFiles {
  return {
    files: [...sources, files.intents, files.home, files.prices],
    folders: [join(files.prompts, tenant), ...rules.packs],
  };
}

/** Whoever writes a file in place empties it first, and an empty one would be a valid one that allows everything. */
async function requireContent({ sources }: Config): Promise<void> {
  for (const file of sources) {
    if ((await stat(file)).size > 0) continue;
    throw new DocumentError([
      {
        file,
        message: 'it is empty, as one that is only half written; expected something, if only a comment',
      },
    ]);
  }
}
