import type { RecognizedTranscript } from '../intent/recognition.ts';
import type { Transcript } from '../intent/transcript.ts';
import type { Said } from '../stream/say.ts';

/** What the server can ask of the service. */
export interface Operations {
  /**
   * Says something on the input stream: it is understood, and done, as whatever is said there.
   *
   * @throws an error where it was not said, and will not be
   */
  say(transcript: Transcript, signal: AbortSignal): Promise<Said>;
  /** Understands something, and nobody acts on it. @throws the signal's reason when it is aborted */
  recognise(transcript: Transcript, signal: AbortSignal): Promise<RecognizedTranscript>;
  /** Whether a bridge reads what is understood, or has done so. */
  readonly hasBridge: () => Promise<boolean>;
  /** Where a satellite stands; undefined where nobody knows. @param satellite an entity, or the id of a device */
  roomOf(satellite: string): string | undefined;
  /** What is said where the answer itself has no words. @param language BCP 47 */
  phrases(language: string): WyomingPhrases;
  /** Language of what names none. */
  readonly defaultLanguage: string;
}

export interface WyomingPhrases {
  readonly unclear: string;
  readonly done: string;
  /** It was not done, and will not be. */
  readonly notDone: string;
  /** It may have been done, or still be. */
  readonly unheard: string;
}
