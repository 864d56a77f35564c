/** What the configuration says about one room. */
export interface RoomRule {
  /** As `areaOf` understands it. */
  readonly room: string;
  /** Whether its words may be sent to a model beyond this machine and network. */
  readonly cloud: boolean;
  /** Whether what was said there is remembered. */
  readonly remember: boolean;
}

/**
 * What may be done with what is said in a room. Where nobody knows the room, it may be one of those of which less is
 * allowed, so it is treated as such.
 */
export interface RoomPrivacy {
  /** Whether what was said there may be sent to a remote model. */
  mayLeave(room: string | undefined): boolean;
  remembers(room: string | undefined): boolean;
  /** Whether both names mean one room. */
  isSame(one: string | undefined, other: string | undefined): boolean;
  /** One name for a room, however it is called. */
  nameOf(room: string): string;
}

/** What may be done follows from these. */
export interface RoomRules {
  readonly rooms: readonly RoomRule[];
  /** The id of the area that is called so; undefined where there is none. */
  readonly areaOf: (room: string) => string | undefined;
}

/** @returns with `replace`, by which other rules hold from then on */
export function createRoomPrivacy(
  given: RoomRules,
): RoomPrivacy & { readonly replace: (rules: RoomRules) => void } {
  let areaOf = given.areaOf;
  let withoutCloud: ReadonlySet<string> = new Set();
  let forgetful: ReadonlySet<string> = new Set();
  const nameOf = (room: string): string => areaOf(room) ?? room;

  function replace(rules: RoomRules): void {
    areaOf = rules.areaOf;
    const named = (rooms: readonly RoomRule[]): ReadonlySet<string> =>
      new Set(rooms.map(({ room }) => nameOf(room)));
    withoutCloud = named(rules.rooms.filter(({ cloud }) => !cloud));
    forgetful = named(rules.rooms.filter(({ remember }) => !remember));
  }
  replace(given);

  function isFree(room: string | undefined, restricted: ReadonlySet<string>): boolean {
    if (restricted.size === 0) return true;
    const area = room === undefined ? undefined : areaOf(room);
    return area !== undefined && !restricted.has(area);
  }

  return {
    mayLeave: (room) => isFree(room, withoutCloud),
    remembers: (room) => isFree(room, forgetful),
    isSame: (one, other) =>
      one === undefined || other === undefined ? one === other : nameOf(one) === nameOf(other),
    nameOf,
    replace,
  };
}
