import { sleep } from '../waiting.ts';
import { type Answer, createAskOrchestrator } from './ask-orchestrator.ts';

/** What the orchestrator is told about this processor. */
export interface ProcessorDescription {
  readonly id: string;
  /** The stream that it reads transcripts from. */
  readonly queue: string;
  /** Where it answers over HTTP, and where it tells its health. */
  readonly endpoint: string;
  readonly healthEndpoint: string;
  /** The stream on which it publishes intents. */
  readonly resultStream: string;
}

export interface RegistrationEvents {
  readonly registered: () => void;
  /** Something is refused or not answered. Told once, until another reason stands in its place or it has passed. */
  readonly trouble: (operation: string, reason: string) => void;
  readonly recovered: (operation: string) => void;
}

export interface RegistrationTimes {
  readonly heartbeatMs: number;
  /** How long one answer may take. */
  readonly answerMs: number;
  /** How long signing off may keep a stop waiting. */
  readonly goodbyeMs: number;
  /** The pause after a first failure; doubled with each further one, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export interface Registration {
  /** Signs off, where that is possible at once; never rejects. */
  stop(): Promise<void>;
}

const REGISTRATION_TIMES: RegistrationTimes = {
  heartbeatMs: 30_000,
  answerMs: 5000,
  goodbyeMs: 2000,
  firstPauseMs: 1000,
  longestPauseMs: 30_000,
};

/** What the orchestrator makes of being told. */
type Outcome = 'alive' | 'forgotten' | 'failed';

/** Transcripts that it takes at once, as its orchestrator counts. */
const CAPACITY = 50;
const CAPABILITIES = ['intent_recognition', 'natural_language'];

/**
 * Registers this processor with the orchestrator of a vision pipeline and keeps telling it that it lives. Beside the path:
 * nothing waits for it, and whatever goes wrong here is tried again for as long as the service runs.
 *
 * @param status of the health, asked at each heartbeat
 * @param random from 0 up to 1, so that not all who lost the orchestrator come back at once
 */
export function startRegistration({
  url,
  describe,
  status,
  events,
  now,
  random = Math.random,
  times = REGISTRATION_TIMES,
}: {
  url: string;
  describe: ProcessorDescription;
  status: () => string;
  events: RegistrationEvents;
  /** Milliseconds since the epoch. */
  now: () => number;
  random?: () => number;
  times?: RegistrationTimes;
}): Registration {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ask = createAskOrchestrator({ url, limitMs: times.answerMs });
  const path = `/${encodeURIComponent(describe.id)}`;
  const troubles = new Map<string, string>();
  let mayBeRegistered = false;
  const running = run();

  function trouble(operation: string, answer: Answer): void {
    const reason = 'reason' in answer ? answer.reason : `it answers ${answer.status}`;
    if (signal.aborted || troubles.get(operation) === reason) return;
    troubles.set(operation, reason);
    events.trouble(operation, reason);
  }
  function recovered(operation: string): void {
    if (troubles.delete(operation)) events.recovered(operation);
  }

  async function register(): Promise<boolean> {
    const body = {
      ...{ id: describe.id, capabilities: CAPABILITIES, capacity: CAPACITY, queue: describe.queue },
      ...{ endpoint: describe.endpoint, health_endpoint: describe.healthEndpoint },
      metadata: { result_stream: describe.resultStream },
    };
    // Whatever comes of it, it may have arrived.
    mayBeRegistered = true;
    const created = await ask('POST', '/register', { body, signal });
    // An earlier run of this processor did not sign off.
    const answer =
      'status' in created && created.status === 409 ? await ask('PUT', path, { body, signal }) : created;
    if (!isDone(answer)) {
      trouble('register', answer);
      return false;
    }
    recovered('register');
    events.registered();
    return true;
  }

  async function beat(): Promise<Outcome> {
    const body = {
      ...{ processor_id: describe.id, status: status() },
      timestamp: new Date(now()).toISOString(),
    };
    const answer = await ask('POST', '/heartbeat', { body, signal });
    if ('status' in answer && answer.status === 404) {
      recovered('heartbeat');
      return 'forgotten';
    }
    if (!isDone(answer)) {
      trouble('heartbeat', answer);
      return 'failed';
    }
    recovered('heartbeat');
    return 'alive';
  }

  async function run(): Promise<void> {
    let isRegistered = false;
    let failures = 0;
    while (!signal.aborted) {
      const outcome: Outcome = isRegistered ? await beat() : (await register()) ? 'alive' : 'failed';
      isRegistered = outcome === 'alive' || (isRegistered && outcome === 'failed');
      failures = outcome === 'failed' ? failures + 1 : 0;
      // Registered again at once; should that be forgotten as well, the heartbeat's pause stands between.
      if (outcome === 'forgotten') continue;
      const pauseMs = outcome === 'alive' ? times.heartbeatMs : backoffMs(failures);
      await sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  /** Half of it by chance. */
  function backoffMs(failures: number): number {
    const whole = Math.min(times.firstPauseMs * 2 ** Math.min(failures - 1, 30), times.longestPauseMs);
    return whole / 2 + (random() * whole) / 2;
  }

  return {
    async stop() {
      stopping.abort(new Error('the registration was stopped'));
      await running;
      if (!mayBeRegistered) return;
      const limit = AbortSignal.timeout(times.goodbyeMs);
      const answer = await ask('DELETE', path, { signal: limit });
      // Not there is what was wanted.
      if (isDone(answer) || ('status' in answer && answer.status === 404)) return;
      const reason = 'status' in answer ? `it answers ${answer.status}` : answer.reason;
      events.trouble('sign off', limit.aborted ? `no answer within ${times.goodbyeMs} ms` : reason);
    },
  };
}

function isDone(answer: Answer): boolean {
  return 'status' in answer && answer.status >= 200 && answer.status < 300;
}
