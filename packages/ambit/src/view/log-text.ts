import { stripVTControlCharacters } from 'node:util';

/** Lines that a task wrote, as they may stand between others: nothing in them moves the cursor or clears the screen. */
export function shownLines(text: string): readonly string[] {
  return text
    .replace(/\r?\n$/, '')
    .split('\n')
    .map(shownLine);
}

/** Of what a line was overwritten with (`\r`), the last. */
function shownLine(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return stripVTControlCharacters(parts.at(-1) ?? '').replace(/[^\P{Cc}\t]/gu, '');
}
