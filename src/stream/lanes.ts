/** Work on one transcript. Returns undefined when it is done already, else a promise that never rejects. */
type Task = () => Promise<void> | undefined;

export interface Lanes {
  /** Runs the task when all earlier ones of its room are done; at once where there are none. */
  enter(room: string, task: Task): void;
  /** How many transcripts of a room wait behind the one that is worked on. */
  waiting(room: string): number;
  /** Whether one of the room is worked on, so that the next one waits. */
  isBusy(room: string): boolean;
}

/**
 * One lane per room: what one room said is worked on in order, and a slow answer holds up its own room only. A
 * task that needs no waiting costs no promise.
 *
 * @param failed told about a task that rejected all the same: a defect of ours, after which no order is certain
 */
export function createLanes(failed: (error: unknown) => void): Lanes {
  const waiting = new Map<string, Task[]>();

  async function follow(room: string, running: Promise<void>): Promise<void> {
    const queue: Task[] = [];
    waiting.set(room, queue);
    await running;
    for (let next = queue.shift(); next; next = queue.shift()) await next();
    waiting.delete(room);
  }

  return {
    waiting: (room) => waiting.get(room)?.length ?? 0,
    isBusy: (room) => waiting.has(room),
    enter(room, task) {
      const queue = waiting.get(room);
      if (queue) {
        queue.push(task);
        return;
      }
      const running = task();
      if (running) follow(room, running).catch(failed);
    },
  };
}
