import { z } from 'zod';

/** Who answers `provider` in `LLM_PROVIDERS`; the order is the one in which they are asked where nothing says otherwise. */
export const PROVIDER_NAMES = [
  'openai',
  'anthropic',
  'deepseek',
  'groq',
  'openrouter',
  'gemini',
  'local',
  'mock',
] as const;

export const providerChoice = z
  .string()
  .regex(
    new RegExp(`^(${PROVIDER_NAMES.join('|')}):\\S+$`),
    `expected provider:model, the provider one of ${PROVIDER_NAMES.join(', ')}`,
  );
