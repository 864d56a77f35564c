/** The sides that are compared. */
export const SIDES = ['relay', 'ours-instant', 'ours-rules', 'ours-repeats', 'bullmq'] as const;

export type SideName = (typeof SIDES)[number];

/** What one side is given to do, and where. */
export interface Job {
  readonly url: string;
  /** Input stream; for BullMQ the name of the queue. */
  readonly input: string;
  readonly output: string;
  /** How many entries will be there. */
  readonly count: number;
}

export interface RunningSide {
  /** Resolves once as many outputs as the job has entries are written and settled. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

export type StartSide = (job: Job) => Promise<RunningSide>;

/** What the parent asks of a side's process, as its only argument, in JSON. */
export interface SideOrder {
  readonly side: SideName;
  readonly warmUp: Job;
  readonly measured: Job;
  /** `serve`: says when it is ready and works until it is told to stop. */
  readonly mode: 'measure' | 'serve';
}

/** What a side's process reports. */
export interface Measurement {
  readonly milliseconds: number;
  readonly nodeMicroseconds: number;
  readonly redisMicroseconds: number;
}

export type SideMessage = { readonly ready: true } | { readonly measurement: Measurement };
