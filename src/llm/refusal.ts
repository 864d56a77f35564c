import { at } from './as-told.ts';

/** By the codes that a provider gives for it; its words are for people. */
const AFTER_WORK = /content_?filter|content_policy|moderation|safety|json_validate_failed/i;
const UNREAD = /invalid_?(request|argument|param|value|type)|unsupported|unknown_param|bad_?request/i;
const NO_CREDIT = /^insufficient_quota$|spend_limit_reached$/;

/** What a provider's refusal says about money. */
export interface Refusal {
  /** Its account is at the end of its money. */
  readonly isOutOfCredit: boolean;
  /** It came after the prompt was read or a reply was written: that may be charged for. */
  readonly isAfterWork: boolean;
  /** It says that the request is not as it should be, so nothing was done. */
  readonly isUnread: boolean;
}

/**
 * Reads it from wherever OpenAI, Anthropic, Groq, Gemini and OpenRouter put their codes.
 *
 * @param error of an SDK, for a status
 */
export function readRefusal(error: unknown): Refusal {
  const body = at(error, 'error');
  const told = [error, body, at(body, 'error'), at(at(body, 0), 'error')];
  const codes = told.flatMap((part) =>
    ['code', 'type', 'status', 'errorCode'].map((field) => at(part, field)),
  );
  const says = (pattern: RegExp): boolean =>
    codes.some((code) => typeof code === 'string' && pattern.test(code));
  // OpenRouter's moderation gives reasons instead, and a status that otherwise is about a key.
  const isModerated = told.some((part) => Array.isArray(at(at(part, 'metadata'), 'reasons')));
  const isAfterWork = isModerated || says(AFTER_WORK);
  return {
    isOutOfCredit: says(NO_CREDIT),
    isAfterWork,
    // OpenAI calls an invalid request what its filter has read, too.
    isUnread: !isAfterWork && (says(UNREAD) || typeof at(error, 'param') === 'string'),
  };
}
