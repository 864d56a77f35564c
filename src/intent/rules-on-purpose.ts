import type { Recognition } from './recognition.ts';

/**
 * Whether rules gave an answer that a model would else have been paid for: they are asked first and knew it, or the mode
 * says that they are to answer. Where they stand in for a model that failed, nothing was meant to be saved.
 */
export function answeredByRulesOnPurpose(
  { source, use, fallbackReason: reason }: Recognition,
  { rulesGoFirst }: { readonly rulesGoFirst: boolean },
): boolean {
  return source === 'rules' && !use && (reason === 'mode' || (rulesGoFirst && reason === undefined));
}
