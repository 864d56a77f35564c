/** An answer as it stands on the output stream. */
interface HeardAnswer {
  readonly frameId: string;
  /** Stream and id of the entry that it answers. */
  readonly source: string;
  readonly room: string;
  readonly status: string;
  /** Who answered. */
  readonly by: string;
}

/** Holds what is answered against what was said, entry by entry, and forgets what is done with. */
export interface AnswerBooks {
  /** Something is about to be said. @returns the id to say it under */
  says(room: string): string;
  /** It lies on its stream. @param source stream and id of its entry */
  said(frameId: string, source: string): void;
  /** Answers have to come in the order of the output stream. */
  answered(answer: HeardAnswer): void;
  /** What was said and has no answer. */
  readonly open: number;
  readonly counts: {
    readonly said: number;
    readonly answered: number;
    readonly byStatus: ReadonlyMap<string, number>;
    readonly bySource: ReadonlyMap<string, number>;
  };
  /** What is wrong so far. */
  complaints(): readonly string[];
  /** What is lost where nothing more is to come. */
  lost(): readonly string[];
}

interface OpenEntry {
  /** Known once Redis has told it, or from the answer where that comes first. */
  source?: string;
  /** Something was answered that was said after it, which is told once. */
  isOvertaken?: true;
}

interface Room {
  said: number;
  /** In the order in which it was said. */
  readonly open: Map<string, OpenEntry>;
}

export function createAnswerBooks(): AnswerBooks {
  const rooms = new Map<string, Room>();
  /** Answered before Redis had told under which id it was said. */
  const early = new Map<string, string>();
  const complaints: string[] = [];
  const byStatus = new Map<string, number>();
  const bySource = new Map<string, number>();
  let said = 0;
  let answered = 0;
  let open = 0;

  function roomOf(name: string): Room {
    const known = rooms.get(name) ?? { said: 0, open: new Map() };
    rooms.set(name, known);
    return known;
  }

  function overtake(room: Room, frameId: string): void {
    for (const [earlier, entry] of room.open) {
      if (earlier === frameId) return;
      if (!entry.isOvertaken) complaints.push(`${frameId} was answered before ${earlier}`);
      entry.isOvertaken = true;
    }
  }

  function compare(frameId: string, wanted: string, found: string): void {
    if (wanted !== found) complaints.push(`${frameId} was said as ${wanted} and answered as ${found}`);
  }

  return {
    says(name) {
      const room = roomOf(name);
      room.said += 1;
      const frameId = `${name}#${room.said}`;
      room.open.set(frameId, {});
      said += 1;
      open += 1;
      return frameId;
    },
    said(frameId, source) {
      const found = early.get(frameId);
      early.delete(frameId);
      if (found !== undefined) return compare(frameId, source, found);
      const entry = rooms.get(nameIn(frameId))?.open.get(frameId);
      if (entry) entry.source = source;
    },
    answered({ frameId, source, room: name, status, by }) {
      answered += 1;
      count(byStatus, status);
      count(bySource, by);
      const room = rooms.get(name);
      const entry = room?.open.get(frameId);
      if (!room || !entry) {
        const number = Number(frameId.slice(frameId.lastIndexOf('#') + 1));
        const isKnown = room !== undefined && nameIn(frameId) === name && number <= room.said;
        complaints.push(isKnown ? `${frameId} (${source}) was answered twice` : `nobody said ${frameId}`);
        return;
      }
      overtake(room, frameId);
      room.open.delete(frameId);
      open -= 1;
      if (entry.source !== undefined) compare(frameId, entry.source, source);
      else early.set(frameId, source);
    },
    get open() {
      return open;
    },
    get counts() {
      return { said, answered, byStatus, bySource };
    },
    complaints: () => complaints,
    lost: () =>
      [...rooms.values()].flatMap((room) =>
        [...room.open].map(
          ([frameId, { source }]) => `${frameId} (${source ?? 'not on its stream'}) has no answer`,
        ),
      ),
  };
}

function nameIn(frameId: string): string {
  return frameId.slice(0, frameId.lastIndexOf('#'));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
