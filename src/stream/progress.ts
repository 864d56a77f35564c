import { compareIds, idBefore } from './entry.ts';

/** What one session has read of the stream, and what of it is settled. */
export interface Progress {
  /** The entry read last; `0-0` at the start, so that what is pending is read first. */
  readonly readTo: string;
  /** The newest entry that the group was given. */
  readonly deliveredTo: string;
  /** Entries read and neither settled nor left. */
  readonly inWork: number;
  /** How many more may be read while at most `limit` entries are in work, those set aside not counted. */
  capacity(limit: number): number;
  /** @param ids in the order they were read */
  read(ids: readonly string[]): void;
  /**
   * An entry waits for its turn behind others of its room and needs nothing but that turn: one room that talks a lot must
   * not keep the others waiting.
   */
  setAside(id: string): void;
  settle(id: string): void;
  /** Gives up on an entry that was read: it stays pending for the next owner. */
  leave(id: string): void;
  /** The id up to which everything is settled, once the given entries are. */
  cursorAfter(settling: ReadonlySet<string>): string;
  /** Resolves when there is capacity for at least one more. */
  room(limit: number): Promise<void>;
}

/** How many times as many entries as count may be set aside: they take memory all the same. */
const ASIDE = 10;

/**
 * @param pending ids that earlier owners left, oldest first
 * @param lastDelivered the newest entry that the group was given before this session
 */
export function createProgress({
  pending,
  lastDelivered,
}: {
  pending: readonly string[];
  lastDelivered: string;
}): Progress {
  // In order of delivery, which is id order: the first one holds the cursor.
  const unsettled = new Set(pending);
  let readTo = '0-0';
  let deliveredTo = lastDelivered;
  let inWork = 0;
  const aside = new Set<string>();
  let waiting: (() => void)[] = [];

  function finish(): void {
    inWork -= 1;
    if (waiting.length === 0) return;
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  function capacity(limit: number): number {
    const counted = inWork - Math.min(aside.size, ASIDE * limit);
    return Math.max(0, limit - counted);
  }

  return {
    get readTo() {
      return readTo;
    },
    get deliveredTo() {
      return deliveredTo;
    },
    get inWork() {
      return inWork;
    },
    read(ids) {
      for (const id of ids) unsettled.add(id);
      inWork += ids.length;
      readTo = ids.at(-1) ?? readTo;
      if (compareIds(readTo, deliveredTo) > 0) deliveredTo = readTo;
    },
    capacity,
    setAside(id) {
      aside.add(id);
    },
    settle(id) {
      unsettled.delete(id);
      aside.delete(id);
      finish();
    },
    leave(id) {
      aside.delete(id);
      finish();
    },
    cursorAfter(settling) {
      for (const id of unsettled) if (!settling.has(id)) return idBefore(id);
      return deliveredTo;
    },
    async room(limit) {
      while (capacity(limit) === 0) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
    },
  };
}
