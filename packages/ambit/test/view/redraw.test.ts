import { describe, expect, it } from 'vitest';
import { Redraw } from '../../src/view/redraw.ts';

const ESC = '\u001b';
const sequences = new RegExp(`${ESC}\\[\\??(\\d*[A-Za-z])|([^${ESC}]+)`, 'g');

/** As much of a terminal as is written to: text, ends of lines, up, and clearing downwards. Narrowing it wraps what is there. */
class Screen {
  columns: number;
  #lines: string[] = [''];

  constructor(columns: number) {
    this.columns = columns;
  }

  readonly write = (text: string): void => {
    for (const [, command, part = ''] of text.matchAll(sequences)) {
      if (command === undefined) this.#print(part);
      else if (command.endsWith('A')) this.#up(Number(command.slice(0, -1)));
    }
  };

  resize(columns: number): void {
    this.columns = columns;
    this.#lines = this.#lines.flatMap((line) => (line === '' ? [''] : (line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [])));
  }

  get text(): readonly string[] {
    return this.#lines.slice(0, -1);
  }

  #print(text: string): void {
    for (const part of text.split(/(\n|\r)/)) {
      if (part === '\n') this.#lines.push('');
      else if (part !== '\r') this.#lines[this.#lines.length - 1] += part;
    }
  }

  /** Where text is printed after going up, all below is cleared first: `up` may do both. */
  #up(count: number): void {
    this.#lines.length = Math.max(this.#lines.length - count, 1);
    this.#lines[this.#lines.length - 1] = '';
  }
}

describe('what is redrawn', () => {
  it('is replaced, and what is printed scrolls away above it', () => {
    const screen = new Screen(20);
    const redraw = new Redraw(screen.write, () => screen.columns);
    redraw.draw(['one', 'two']);
    redraw.draw(['one', 'two', 'three'], ['log 1']);
    redraw.draw(['done'], ['log 2']);
    expect(screen.text).toEqual(['log 1', 'log 2', 'done']);
  });

  it('leaves nothing behind in a terminal that became narrower, or wider', () => {
    const screen = new Screen(20);
    const redraw = new Redraw(screen.write, () => screen.columns);
    redraw.draw(['a'.repeat(19), 'b'.repeat(12), '']);
    screen.resize(8);
    redraw.draw(['a', 'b'], ['log']);
    expect(screen.text).toEqual(['log', 'a', 'b']);
    screen.resize(40);
    redraw.draw(['c']);
    expect(screen.text).toEqual(['log', 'c']);
  });

  it('counts wide characters as two', () => {
    const screen = new Screen(20);
    const redraw = new Redraw(screen.write, () => 8);
    redraw.draw(['蛋白质蛋白质']);
    const written: string[] = [];
    new Redraw(
      (text) => written.push(text),
      () => 8,
    ).draw([]);
    redraw.draw([]);
    expect(written[0]).not.toMatch(/\[\d+A/);
    expect(screen.text).toEqual([]);
  });
});
