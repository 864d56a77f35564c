/** What is known of a provider, so that an operator need not look it up. */
export interface Preset {
  readonly wire: 'openai' | 'anthropic';
  /** Up to what all its paths have in common. */
  readonly baseUrl: string;
  readonly keyVariable: string;
  readonly addressVariable: string;
  /** Asked where nobody names one; absent where only the operator knows what there is. */
  readonly model?: string;
  readonly needsKey: boolean;
  /** False for what is meant to run on this machine or network: no words leave the home, if its address is there. */
  readonly isRemote: boolean;
}

const remote = { wire: 'openai', needsKey: true, isRemote: true } as const;
const variables = (name: string) => ({ keyVariable: `${name}_API_KEY`, addressVariable: `${name}_BASE_URL` });

/** Told apart from the others where it routes calls to hosts with prices of their own. */
export const OPENROUTER = 'openrouter';

/** Providers in the order in which they are asked. How their models differ: capabilities.ts. */
export const PRESETS: ReadonlyMap<string, Preset> = new Map<string, Preset>([
  [
    'openai',
    { ...remote, ...variables('OPENAI'), baseUrl: 'https://api.openai.com/v1', model: 'gpt-5-mini' },
  ],
  [
    'anthropic',
    {
      ...remote,
      ...variables('ANTHROPIC'),
      wire: 'anthropic',
      baseUrl: 'https://api.anthropic.com',
      model: 'claude-haiku-4-5',
    },
  ],
  [
    'deepseek',
    {
      ...remote,
      ...variables('DEEPSEEK'),
      baseUrl: 'https://api.deepseek.com/v1',
      model: 'deepseek-v4-flash',
    },
  ],
  [
    'groq',
    {
      ...remote,
      ...variables('GROQ'),
      baseUrl: 'https://api.groq.com/openai/v1',
      model: 'openai/gpt-oss-20b',
    },
  ],
  [
    OPENROUTER,
    {
      ...remote,
      ...variables('OPENROUTER'),
      baseUrl: 'https://openrouter.ai/api/v1',
      model: 'openai/gpt-4.1-mini',
    },
  ],
  [
    'gemini',
    {
      ...remote,
      ...variables('GEMINI'),
      baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
      model: 'gemini-2.5-flash',
    },
  ],
  // Ollama's address; llama.cpp and vLLM have their own.
  [
    'local',
    {
      ...variables('LOCAL'),
      wire: 'openai',
      baseUrl: 'http://127.0.0.1:11434/v1',
      needsKey: false,
      isRemote: false,
    },
  ],
]);

export const MOCK = 'mock';
export const MOCK_MODEL = 'mock-word-overlap';
