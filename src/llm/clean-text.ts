/** Letters, digits, and the little punctuation that names and speech need. Everything else could pretend to be structure. */
const NO_SPEECH = /[^\p{L}\p{M}\p{N} .,;:!?'’%°+&/()€$£_-]+/gu;
/** Format characters carry no sound: zero-width, bidirectional, tags. They go without leaving a gap. */
const SILENT = /\p{Cf}+/gu;
/** "system:" at the head of a line is how chats are written down; without any colon it is a word. */
const ROLE = /\b(system|assistant|developer|user|tool|human|function)(?:\s*:)+/giu;

/** What most people say, and most things are called. The expressions above, that know all scripts, find nothing in it. */
const CLEAN = /^[a-zA-Z0-9ąćęłńóśźżĄĆĘŁŃÓŚŹŻ.,;!?'%-]+(?: [a-zA-Z0-9ąćęłńóśźżĄĆĘŁŃÓŚŹŻ.,;!?'%-]+)*$/;

/**
 * Makes data of what others wrote, for a prompt: one line without control or format characters, delimiters and role
 * markers, at most so many characters long.
 */
export function cleanText(text: string, maxLength: number): string {
  const beginning = text.slice(0, 2 * maxLength);
  if (CLEAN.test(beginning)) return beginning.slice(0, maxLength);
  return beginning
    .normalize('NFC')
    .replace(SILENT, '')
    .replace(NO_SPEECH, ' ')
    .replace(ROLE, '$1 ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, maxLength);
}
