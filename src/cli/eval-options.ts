import { NOISES, type Noise } from '../evaluation/noise.ts';
import type { NanoDollars } from '../intent/money.ts';
import { CommandError, EXIT } from './command-context.ts';

export interface EvalOptions {
  readonly noise?: readonly Noise[];
  /** Another one gives other noise. */
  readonly seed?: string;
  /** 0–1: with less than that understood exactly, the command fails. */
  readonly minAccuracy?: number;
  readonly json?: boolean;
  readonly failures?: boolean;
  /** Of utterances that name none. */
  readonly language?: string;
  readonly room?: string;
  readonly limit?: number;
  /** Who is asked: one alone, or several to be held beside each other. */
  readonly resolver: readonly ResolverName[];
  /** What models may cost, all together. */
  readonly maxCost?: NanoDollars;
  /** How many utterances a model is asked about at a time. */
  readonly concurrency?: number;
  /** Asks again what models were asked before. */
  readonly fresh?: boolean;
}

/** `rules`, or a model as in `LLM_PROVIDERS` behind `llm:`. */
export type ResolverName = 'rules' | `llm:${string}`;

/**
 * Noises by their names, with commas between.
 *
 * @throws CommandError for a name that is none
 */
export function noiseNames(text: string): readonly Noise[] {
  const names = text.split(',').map((part) => part.trim());
  return [...new Set(names)].map((name) => {
    const noise = NOISES.find((known) => known === name);
    if (noise !== undefined) return noise;
    const expected = NOISES.join(', ');
    throw new CommandError(`--noise: there is no noise "${name}"; expected some of ${expected}`, EXIT.usage);
  });
}

/**
 * Resolvers by their names, with commas between.
 *
 * @throws CommandError for a name that is none
 */
export function resolverNames(text: string): readonly ResolverName[] {
  const names = text.split(',').map((part) => part.trim());
  return [...new Set(names)].map((name) => {
    if (name === 'rules' || /^llm:./.test(name)) return name as ResolverName;
    throw new CommandError(
      `--resolver: expected rules, or llm: and a model as in LLM_PROVIDERS, such as llm:openai:gpt-5-mini; got "${name}"`,
      EXIT.usage,
    );
  });
}
