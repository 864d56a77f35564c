/** A text that whoever sent it cannot move the cursor with, colour the screen or begin a line: for a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
