import { describe, expect, it } from 'vitest';
import { shownLines } from '../../src/view/log-text.ts';

describe('lines that tasks write', () => {
  it.each([
    ['one\ntwo\n', ['one', 'two']],
    ['no end', ['no end']],
    ['\n', ['']],
    ['windows\r\n', ['windows']],
    ['10%\r20%\r30%\r', ['30%']],
    ['10%\r20%\n', ['20%']],
    ['\u001b[31mred\u001b[0m \u001b[2J\u001b[10Ahome\n', ['red home']],
    ['\u001b]0;title\u0007text\n', ['text']],
    ['bell\u0007 and\ttab\n', ['bell and\ttab']],
  ])('%j', (text, lines) => {
    expect(shownLines(text)).toEqual(lines);
  });
});
