import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { NanoDollars } from '../intent/money.ts';
import type { Recognition } from '../intent/recognition.ts';
import { unlessAborted } from '../waiting.ts';
import type { BackendEvents, CacheBackend, CacheCounts } from './backend.ts';
import { NO_COUNTS } from './backend.ts';
import { type CacheEntry, decodeEntry, encodeEntry } from './entry.ts';
import { type KeepFor, keepFor } from './keeping.ts';
import type { CacheKey } from './key.ts';
import { createSharing, type Shared } from './share.ts';

/** `dedupe-only` keeps nothing and still makes one call of the same words said at once. */
export type CacheMode = 'on' | 'dedupe-only' | 'off';

export interface CacheStats {
  readonly backend: 'redis' | 'sqlite' | 'memory';
  /** What stands behind this process holds; undefined where it is out of reach or there is nothing. */
  readonly entries: number | undefined;
  /** What this process holds. */
  readonly local: { readonly entries: number; readonly bytes: number };
  /** Of every process of the last seven days where the backend can tell, else of this one. */
  readonly counts: CacheCounts;
}

/** The cache as it works in one mode. */
export interface CacheUse {
  /**
   * @returns synchronously where nothing has to be waited for: a hit of this process, or nobody to ask
   * @throws the signal's reason when it is aborted first; nothing else: what cannot be read is a miss
   */
  lookup(key: CacheKey, signal: AbortSignal): CacheEntry | undefined | Promise<CacheEntry | undefined>;
  /** Keeps an answer, before policy had its say, where it may be kept. Off the path; never fails. */
  store(key: CacheKey, recognition: Recognition, cost: NanoDollars): void;
  /** As `Sharing.share`. */
  share<Result>(
    key: CacheKey,
    run: (signal: AbortSignal) => Promise<Result>,
    options: { readonly signal: AbortSignal; readonly isForAll?: (result: Result) => boolean },
  ): Promise<Shared<Result>>;
}

export interface Cache extends CacheUse {
  /** The same cache for a request that asks for another mode. */
  inMode(mode: CacheMode): CacheUse;
  /** What this process counted so far. */
  counts(): CacheCounts;
  stats(): Promise<CacheStats>;
  /**
   * Forgets every answer, here at once and in every other replica within a second.
   *
   * @returns how many there were
   * @throws an error that says why the others were not reached
   */
  clear(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

export interface CacheEvents {
  readonly trouble: BackendEvents['trouble'];
  readonly recovered: BackendEvents['recovered'];
  /** An entry could not be read; told once, counted always. */
  readonly corrupted: (id: string) => void;
}

/** Bytes an entry takes beside its text. */
const OVERHEAD_BYTES = 200;
/** Characters of an entry that is kept; an answer that long is no answer. */
const LONGEST_ENTRY = 65_536;
const REPORT_MS = 1000;

/**
 * @param lifetimes how long what is kept now may be kept
 * @param connect makes what stands behind the process; none: nothing does
 * @param areaOf the area an entity stands in
 */
export async function createCache({
  mode,
  lifetimes,
  local: { entries, megabytes },
  connect,
  areaOf,
  clock,
  events,
}: {
  mode: CacheMode;
  lifetimes: () => KeepFor;
  local: { readonly entries: number; readonly megabytes: number };
  connect?: (events: BackendEvents) => CacheBackend | Promise<CacheBackend>;
  areaOf: (entityId: string) => string | undefined;
  clock: Clock;
  events: CacheEvents;
}): Promise<Cache> {
  const near = new LRUCache<string, { readonly entry: CacheEntry; readonly bytes: number }>({
    max: entries,
    maxSize: megabytes * 1024 * 1024,
    sizeCalculation: ({ bytes }) => bytes,
    dispose({ entry }, _, why) {
      if (why === 'evict') backend?.droppedHere?.(entry.expiresAt + lifetimes().confirmed);
    },
  });
  const backend = await connect?.({ ...events, cleared: () => near.clear() });
  const sharing = createSharing();
  const counts = { ...NO_COUNTS };
  let reported = JSON.stringify(counts);
  let closing: Promise<void> | undefined;

  function report(): void {
    const current = JSON.stringify(counts);
    if (current === reported) return;
    reported = current;
    backend?.report({ ...counts });
  }
  const reporting = backend ? setInterval(report, REPORT_MS).unref() : undefined;

  function hit(entry: CacheEntry, tier: 'local' | 'shared'): CacheEntry {
    counts[tier] += 1;
    counts.saved += entry.cost;
    return entry;
  }

  function miss(): undefined {
    counts.misses += 1;
    return undefined;
  }

  function keepNear(id: string, entry: CacheEntry, text: string): void {
    near.set(id, { entry, bytes: Buffer.byteLength(text) + id.length + OVERHEAD_BYTES });
  }

  function fresh(id: string): CacheEntry | undefined {
    const entry = near.get(id)?.entry;
    return entry && entry.expiresAt > clock.now() ? entry : undefined;
  }

  /** What was known of it and has expired: whether it is found again tells how long that will do. */
  function expired(id: string, now: number): CacheEntry | undefined {
    const entry = near.peek(id)?.entry;
    const isRemembered = entry && entry.expiresAt <= now && now < entry.expiresAt + lifetimes().confirmed;
    return isRemembered ? entry : undefined;
  }

  /** What came from behind: somebody else's clock may be wrong, so it is not believed for longer than ours would be. */
  function take(id: string, text: string | undefined): CacheEntry | undefined {
    if (text === undefined) return miss();
    const decoded = decodeEntry(text);
    if (!decoded) {
      counts.corrupted += 1;
      if (counts.corrupted === 1) events.corrupted(id);
      return miss();
    }
    const now = clock.now();
    const { answer, unclear, confirmed } = lifetimes();
    const longest = Math.max(answer, unclear, confirmed);
    const entry = { ...decoded, expiresAt: Math.min(decoded.expiresAt, now + longest) };
    // What was written here last may not have arrived there yet.
    if ((near.peek(id)?.entry.madeAt ?? 0) <= entry.madeAt) keepNear(id, entry, text);
    return entry.expiresAt > now ? hit(entry, 'shared') : miss();
  }

  const kept: Pick<CacheUse, 'lookup' | 'store'> = {
    lookup({ entry: id }, signal) {
      const found = fresh(id);
      if (found) return hit(found, 'local');
      if (!expired(id, clock.now())) near.delete(id);
      const text = backend?.read(id);
      if (!(text instanceof Promise)) return take(id, text);
      return unlessAborted(text, signal).then((read) => {
        // Somebody else's call may have ended meanwhile: whoever comes too late to join it finds what it has left.
        const left = fresh(id);
        return left ? hit(left, 'local') : take(id, read);
      });
    },
    store(key, recognition, cost) {
      const madeAt = clock.now();
      const before = expired(key.entry, madeAt)?.meaning;
      const current = lifetimes();
      const ttlMs = keepFor(recognition, { key, lifetimes: current, areaOf, before });
      if (ttlMs <= 0) return;
      const entry = { meaning: recognition.meaning, cost, madeAt, expiresAt: madeAt + ttlMs };
      const text = encodeEntry(entry);
      if (text.length > LONGEST_ENTRY) return;
      counts.stores += 1;
      keepNear(key.entry, entry, text);
      const rememberMs = recognition.meaning.status === 'recognized' ? current.confirmed : 0;
      backend?.write(key.entry, text, ttlMs + rememberMs);
    },
  };
  const keptNot: typeof kept = { lookup: () => undefined, store: () => undefined };

  const share: CacheUse['share'] = async ({ call }, run, options) => {
    const shared = await sharing.share(call, run, options);
    if (shared.joined) counts.joined += 1;
    return shared;
  };
  const shareNot: CacheUse['share'] = async (_, run, { signal }) => {
    signal.throwIfAborted();
    return { result: await unlessAborted(run(signal), signal), joined: false };
  };

  async function close(): Promise<void> {
    clearInterval(reporting);
    report();
    await backend?.close();
  }

  const uses: Readonly<Record<CacheMode, CacheUse>> = {
    on: { ...kept, share },
    'dedupe-only': { ...keptNot, share },
    off: { ...keptNot, share: shareNot },
  };

  return {
    ...uses[mode],
    inMode: (other) => uses[other],
    counts: () => ({ ...counts }),
    async stats() {
      report();
      const [behind, all] = await Promise.all([backend?.count(), backend?.allCounts()]);
      return {
        backend: backend?.name ?? 'memory',
        entries: behind,
        local: { entries: near.size, bytes: near.calculatedSize },
        counts: all ?? { ...counts },
      };
    },
    async clear(signal) {
      const here = near.size;
      near.clear();
      return backend ? backend.clear(signal) : here;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
