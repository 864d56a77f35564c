/** A model has all the time that a busy machine takes, so that rules answer only where a test wants it. */
export const UNHURRIED = { LLM_TIMEOUT_MS: '20000', LLM_DEADLINE_MS: '25000' } as const;
