/** Languages this service understands by itself. Others are matched by their rules only, without inflection. */
export type Language = string;

/** A transcript made ready to be understood. */
export interface Utterance {
  /** The words as they came, white space collapsed, NFC. Case and diacritics kept: a wildcard slot quotes from it. */
  readonly text: string;
  /** Lower-case primary language subtag: `pl` of `pl-PL`. */
  readonly language: Language;
  /** The room it was said in, as the upstream names it. */
  readonly room?: string;
  /** Who said it, as the upstream names them; no surer than the upstream is. */
  readonly user?: string;
  /** As in `Transcript`: what comes again is not its own past. */
  readonly frameId?: string;
  /** The talk it belongs to, where the upstream tells talks apart. */
  readonly sessionId?: string;
  /** When it was said, in milliseconds since the epoch; absent: just now. */
  readonly saidAt?: number;
}
