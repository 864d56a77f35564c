/** A call that is due, and the host that it goes to. */
export interface DueCall {
  readonly queueId: string;
  readonly host: string;
}

/** Calls to one host under way at once: one that does not answer holds up these, and nobody else's. */
const MOST_A_HOST = 2;

/**
 * Who is called now: hosts first at which the fewest calls are, of one host who was due first.
 *
 * @param due in the order in which they became due
 * @param underWay the host of each call under way
 * @param room for so many more
 */
export function chooseCalls(
  due: readonly DueCall[],
  { underWay, room }: { readonly underWay: Iterable<string>; readonly room: number },
): DueCall[] {
  const atHost = new Map<string, number>();
  const add = (host: string): number => {
    const calls = (atHost.get(host) ?? 0) + 1;
    atHost.set(host, calls);
    return calls;
  };
  for (const host of underWay) add(host);
  return due
    .map((call) => ({ call, calls: add(call.host) }))
    .filter(({ calls }) => calls <= MOST_A_HOST)
    .toSorted((one, other) => one.calls - other.calls)
    .slice(0, room)
    .map(({ call }) => call);
}
