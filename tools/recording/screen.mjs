// A terminal, as far as recordings need one: text, colours, moving up, erasing, scrolling.
const colours = { 31: 'red', 32: 'green', 33: 'yellow', 34: 'blue', 36: 'cyan', 90: 'dim' };
// eslint-disable-next-line no-control-regex
const sequence = /\u001b\[([?\d;]*)([A-Za-z])|\r\n|[\s\S]/gu;

export class Screen {
  #rows = [[]];
  #row = 0;
  #column = 0;
  #style = '';
  #columns;
  #height;

  constructor({ columns, rows }) {
    this.#columns = columns;
    this.#height = rows;
  }

  write(text) {
    for (const [part, parameters, command] of text.matchAll(sequence)) {
      if (command !== undefined) this.#control(parameters, command);
      else if (part === '\r\n' || part === '\n') this.#newLine();
      else if (part === '\r') this.#column = 0;
      else this.#put(part);
    }
  }

  /**
   * Each row as runs of one style, without blanks at their ends.
   *
   * @returns {{ column: number, text: string, style: string }[][]}
   */
  rows() {
    return this.#rows.map((cells) => {
      const runs = [];
      for (const [column, cell] of cells.entries()) {
        const { text, style } = cell ?? { text: ' ', style: '' };
        const last = runs.at(-1);
        if (last?.style === style) last.text += text;
        else runs.push({ column, text, style });
      }
      return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text !== '');
    });
  }

  #control(parameters, command) {
    const [first = ''] = parameters.split(';');
    if (command === 'A') this.#row = Math.max(this.#row - Number(first || 1), 0);
    else if (command === 'J') this.#rows.length = this.#row + 1;
    if (command === 'J' || command === 'K') this.#rows[this.#row].length = this.#column;
    if (command === 'm') for (const code of parameters.split(';')) this.#paint(Number(code));
  }

  #paint(code) {
    const names = new Set(this.#style.split(' ').filter(Boolean));
    if (code === 0) names.clear();
    if (code === 1) names.add('bold');
    if (code === 2) names.add('dim');
    if (code === 22) ['bold', 'dim'].forEach((name) => names.delete(name));
    if (code === 39 || colours[code]) Object.values(colours).forEach((name) => name !== 'dim' && names.delete(name));
    if (colours[code]) names.add(colours[code]);
    this.#style = [...names].sort().join(' ');
  }

  #put(text) {
    if (this.#column === this.#columns) this.#newLine();
    this.#rows[this.#row][this.#column] = { text, style: this.#style };
    this.#column += 1;
  }

  #newLine() {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#height) {
      this.#rows.shift();
      this.#row -= 1;
    }
    this.#rows[this.#row] ??= [];
  }
}
