import { COMPLAINT } from './prompts.ts';
import { REPLY_SCHEMA } from './reply-schema.ts';
import type { Template } from './template-settings.ts';

/** What is wrong with a template. */
export interface TemplateMistake {
  /** Where it stands, in characters; absent where something is missing. */
  readonly offset?: number;
  readonly message: string;
}

/** It is paid for with every utterance. */
const LONGEST = 4000;
const PLACEHOLDER = /\{[a-z_ ]+\}/gi;
// What is neither text nor the end of a line: a file of another kind, or one that was cut in transfer.
const UNREADABLE = /(?![\n\t])[\p{Cc}\ufffd]/u;

const { kind, picks, confidence } = REPLY_SCHEMA.properties;
/** A model that is not told of one of these cannot answer as it has to, and every reply of it is paid for nothing. */
const WORDS_OF_A_REPLY: readonly string[] = [
  ...Object.keys({ kind, picks, confidence }),
  ...kind.enum,
  ...picks.items.required,
];
/** So does what people said stand in a prompt. A model has to hear that it is data. */
const QUOTES = '«»';

/** Says what is wrong with a template of an operator's. */
export function checkTemplate(template: Template, text: string): readonly TemplateMistake[] {
  if (text.trim() === '') return [{ message: 'is empty; expected what the model is told' }];
  const mistakes: TemplateMistake[] = [];
  const unreadable = text.search(UNREADABLE);
  if (unreadable >= 0) mistakes.push({ offset: unreadable, message: 'there is a character that is no text' });
  if (text.length > LONGEST) {
    mistakes.push({
      offset: LONGEST,
      message: `it has ${text.length} characters; expected ${LONGEST} at most`,
    });
  }
  const placeholders = template === 'repair' ? [COMPLAINT] : [];
  for (const { 0: found, index } of text.matchAll(PLACEHOLDER)) {
    if (placeholders.includes(found)) continue;
    const expected = placeholders.join(', ') || 'none in this template';
    mistakes.push({ offset: index, message: `there is no placeholder ${found}; expected ${expected}` });
  }
  const missing =
    template === 'repair'
      ? placeholders.filter((placeholder) => !text.includes(placeholder))
      : [
          ...WORDS_OF_A_REPLY.filter((word) => !new RegExp(`\\b${word}\\b`).test(text)),
          ...(text.includes(QUOTES) ? [] : [QUOTES]),
        ];
  if (missing.length > 0) {
    mistakes.push({ message: `it says nothing of ${missing.join(', ')}; expected all of these to be told` });
  }
  return mistakes;
}
