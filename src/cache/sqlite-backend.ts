import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { addUp, type BackendEvents, type CacheBackend } from './backend.ts';

const POLL_MS = 500;
/** Milliseconds between two removals of what has expired. */
const PURGE_MS = 30_000;
/** Milliseconds to wait for another process that writes; this one stands still meanwhile. */
const BUSY_MS = 20;
/** The same while it is opened, which two processes may do at once. */
const OPEN_BUSY_MS = 2000;
const PAGE_BYTES = 4096;
/** More than entries of five minutes ever take. */
const MEGABYTES = 64;
const COUNTS_KEPT_MS = 7 * 86_400_000;

// Codes of https://www.sqlite.org/rescode.html.
const [CORRUPT, FULL, NOT_A_DATABASE] = [11, 13, 26];

const TABLES = `
  CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS entry_expires ON entry (expires);
  CREATE TABLE IF NOT EXISTS generation (only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS counts (process TEXT PRIMARY KEY, report TEXT NOT NULL, at INTEGER NOT NULL);
`;
/** Raised when the tables change; a file of another version is begun anew. */
const VERSION = 1;

/** @param dataDir what this service keeps on disk */
export function cacheFileIn(dataDir: string): string {
  return join(dataDir, 'cache.sqlite');
}

/**
 * Keeps entries in a file, for the processes of one machine. Reading and writing take microseconds and are done at once.
 * Nothing waits for the disk: what a power cut damages is found at the next start, and a cache is begun anew.
 *
 * @param file in an existing folder or one that can be made
 * @param megabytes the file takes at most; what expires first makes room
 * @throws an error that names the file where it cannot be opened
 */
export async function openSqliteBackend({
  file,
  megabytes = MEGABYTES,
  clock,
  events,
}: {
  file: string;
  megabytes?: number;
  clock: Clock;
  events: BackendEvents;
}): Promise<CacheBackend> {
  // Only here: who keeps the cache elsewhere need not load it.
  const { DatabaseSync: Database } = await import('node:sqlite');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new Error(`cannot open the cache ${file}: ${error.message}`, { cause: error });
  });
  const open = (): Opened =>
    openFile(() => new Database(file, { timeout: OPEN_BUSY_MS }), { file, megabytes });
  let store = open();
  let generation = store.generation();
  const process = randomUUID();
  const troubles = new Set<string>();
  let purgeAt = 0;

  /** @returns undefined where it failed: the trouble is told, and a damaged file begun anew */
  function attempt<Result>(operation: string, run: () => Result): Result | undefined {
    try {
      const result = run();
      if (troubles.delete(operation)) events.recovered(operation);
      return result;
    } catch (error) {
      if (!troubles.has(operation)) events.trouble(operation, `${file}: ${(error as Error).message}`);
      troubles.add(operation);
      if (isDamage(error) && operation !== 'open') beginAnew();
      return undefined;
    }
  }

  function beginAnew(): void {
    if (store.database.isOpen) store.database.close();
    attempt('open', () => {
      remove(file);
      store = open();
      heard(store.generation());
    });
  }

  function heard(current: string): void {
    if (current === generation) return;
    generation = current;
    events.cleared();
  }

  function look(): void {
    const now = clock.now();
    if (!store.database.isOpen) beginAnew();
    attempt('read', () => {
      heard(store.generation());
      if (now < purgeAt) return;
      purgeAt = now + PURGE_MS;
      store.purge.run(now);
    });
  }
  const timer = setInterval(look, POLL_MS).unref();

  return {
    name: 'sqlite',
    read(id) {
      return attempt('read', () => store.read.get(id, clock.now())?.['value'] as string | undefined);
    },
    write(id, value, ttlMs) {
      attempt('write', () => {
        try {
          store.write.run(id, value, clock.now() + ttlMs);
        } catch (error) {
          if ((error as { errcode?: number }).errcode !== FULL) throw error;
          store.purge.run(clock.now());
          store.makeRoom.run();
          store.write.run(id, value, clock.now() + ttlMs);
        }
      });
    },
    async clear() {
      const next = randomUUID();
      let count: number;
      try {
        count = Number(store.count.get(0)?.['count']);
        store.database.exec('BEGIN IMMEDIATE');
        store.setGeneration.run(next);
        store.database.exec('DELETE FROM entry; COMMIT');
      } catch (error) {
        if (store.database.isTransaction) store.database.exec('ROLLBACK');
        throw new Error(`the cache was not cleared: ${file}: ${(error as Error).message}`, { cause: error });
      }
      heard(next);
      return count;
    },
    async count() {
      return attempt('read', () => Number(store.count.get(clock.now())?.['count']));
    },
    report(counts) {
      attempt('write', () => store.report.run(process, JSON.stringify(counts), clock.now()));
    },
    async allCounts() {
      return attempt('read', () => {
        const rows = store.reports.all(clock.now() - COUNTS_KEPT_MS);
        return addUp(rows.map(({ report }) => String(report)));
      });
    },
    async close() {
      clearInterval(timer);
      if (store.database.isOpen) store.database.close();
    },
  };
}

interface Opened {
  readonly database: DatabaseSync;
  readonly read: StatementSync;
  readonly write: StatementSync;
  readonly purge: StatementSync;
  readonly makeRoom: StatementSync;
  readonly count: StatementSync;
  readonly setGeneration: StatementSync;
  readonly report: StatementSync;
  readonly reports: StatementSync;
  generation(): string;
}

function openFile(
  connect: () => DatabaseSync,
  { file, megabytes }: { file: string; megabytes: number },
): Opened {
  try {
    return prepare(connect(), megabytes);
  } catch (error) {
    if (!isDamage(error))
      throw new Error(`cannot open the cache ${file}: ${(error as Error).message}`, { cause: error });
    remove(file);
    return prepare(connect(), megabytes);
  }
}

/** @throws an error with `errcode` for a file that cannot be used */
function prepare(database: DatabaseSync, megabytes: number): Opened {
  try {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF`);
    const check = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (check !== 'ok') throw damage(String(check));
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (version !== 0 && version !== VERSION) throw damage(`tables of version ${version}`);
    database.exec(`${TABLES} PRAGMA user_version = ${VERSION}`);
    database.exec(`PRAGMA max_page_count = ${Math.floor((megabytes * 1024 * 1024) / PAGE_BYTES)}`);
    database.exec(`PRAGMA journal_size_limit = 4194304; PRAGMA busy_timeout = ${BUSY_MS}`);
    const generationOf = database.prepare('SELECT name FROM generation');
    return {
      database,
      read: database.prepare('SELECT value FROM entry WHERE id = ? AND expires > ?'),
      write: database.prepare('INSERT OR REPLACE INTO entry (id, value, expires) VALUES (?, ?, ?)'),
      purge: database.prepare('DELETE FROM entry WHERE expires <= ?'),
      makeRoom: database.prepare(
        'DELETE FROM entry WHERE id IN (SELECT id FROM entry ORDER BY expires LIMIT (SELECT max(1, count(*) / 10) FROM entry))',
      ),
      count: database.prepare('SELECT count(*) AS count FROM entry WHERE expires > ?'),
      setGeneration: database.prepare('INSERT OR REPLACE INTO generation (only, name) VALUES (1, ?)'),
      report: database.prepare('INSERT OR REPLACE INTO counts (process, report, at) VALUES (?, ?, ?)'),
      reports: database.prepare('SELECT report FROM counts WHERE at >= ?'),
      generation: () => String(generationOf.get()?.['name'] ?? ''),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function damage(what: string): Error {
  return Object.assign(new Error(`it is damaged: ${what}`), { errcode: CORRUPT });
}

function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode;
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** The file with its log and its index of the log, which would be taken for those of the next one. */
function remove(file: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
}
