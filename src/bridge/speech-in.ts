import type { Language } from '../intent/utterance.ts';
import type { Speech } from './speech.ts';
import { englishSpeech } from './speech-en.ts';
import { polishSpeech } from './speech-pl.ts';

/** What is said in a language; in English where that is not known. */
export function speechIn(language: Language): Speech {
  return language === 'pl' ? polishSpeech : englishSpeech;
}
