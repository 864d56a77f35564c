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

/** @param areaOf the id of the area that is called so; undefined where there is none */
export function createRoomPrivacy({
  rooms,
  areaOf,
}: {
  rooms: readonly RoomRule[];
  areaOf: (room: string) => string | undefined;
}): RoomPrivacy {
  const nameOf = (room: string): string => areaOf(room) ?? room;
  const withoutCloud = new Set(rooms.filter(({ cloud }) => !cloud).map(({ room }) => nameOf(room)));
  const forgetful = new Set(rooms.filter(({ remember }) => !remember).map(({ room }) => nameOf(room)));

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
  };
}
