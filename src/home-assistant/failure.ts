/**
 * Why Home Assistant did not do what it was asked for.
 *
 * - `unsent`: it was not reached, so nothing was done
 * - `unknown`: it was asked and did not answer; it may have done it
 * - `refused`: it answered that it does not
 * - `token`: it does not accept the access token, and asking again is in vain
 */
export type HomeAssistantTrouble = 'unsent' | 'unknown' | 'refused' | 'token';

/** What went wrong with Home Assistant; the message says what to do about it. */
export class HomeAssistantError extends Error {
  override readonly name = 'HomeAssistantError';
  readonly trouble: HomeAssistantTrouble;
  /** Home Assistant's own word for it, where it refused: `not_found`, `service_validation_error`. */
  readonly code: string | undefined;

  constructor(
    message: string,
    { trouble, code, cause }: { trouble: HomeAssistantTrouble; code?: string; cause?: unknown },
  ) {
    super(message, { cause });
    this.trouble = trouble;
    this.code = code;
  }
}
