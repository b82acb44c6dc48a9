// The blocks of a page that CI runs and checks (tools/test/docs.test.ts):
//
// - `ts`: type-checked. `// main.ts` on its first line makes it a file of the page's project. `<!-- with: … -->` before it is code
//   that only the check sees. After `// examples/…` on its first line it is parts of that file, with `// …` between them.
// - `sh`: run in order, in the page's project, or after `<!-- in examples/af2 -->` in a fresh copy of that folder.
//   `<!-- exits 3 -->` before it says with what code it ends, `<!-- needs docker -->` that it is only run where that engine is.
// - `text` behind `sh`: lines of what that printed, in order; `json`: a part of the last document that it printed. `…` is anything.
//
// `node tools/snippets.mjs PAGE` prints the commands of a page, one a line; not those that need an engine.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const languages = ['ts', 'sh', 'text', 'json'];

/**
 * @typedef {object} Block
 * @property {'ts' | 'sh' | 'text' | 'json'} language
 * @property {string} code
 * @property {number} line
 * @property {string | undefined} place
 * @property {number} exit
 * @property {string} hidden
 * @property {string | undefined} needs
 */

/**
 * The blocks of a page, in order; of other languages none.
 *
 * @param {string} text
 * @returns {Block[]}
 */
export function readPage(text) {
  const lines = text.split('\n');
  const blocks = [];
  let place;
  let notes = {};
  let needs;
  for (let line = 0; line < lines.length; line += 1) {
    const [, note] = /^<!-- (.*) -->$/.exec(lines[line]) ?? [];
    const [, language] = /^```(\S+)$/.exec(lines[line]) ?? [];
    if (note !== undefined) {
      const [known, folder, code, engine, hidden] = /^(?:in (\S+)|exits (\d+)|needs (\S+)|with: (.*))$/.exec(note) ?? [];
      if (known === undefined) throw new Error(`line ${line + 1}: nobody knows "${note}"`);
      if (folder !== undefined) place = folder;
      else if (code !== undefined) notes = { ...notes, exit: Number(code) };
      else notes = { ...notes, ...(engine === undefined ? { hidden } : { needs: engine }) };
    }
    if (language === undefined) continue;
    const end = lines.indexOf('```', line + 1);
    if (end < 0) throw new Error(`line ${line + 1}: the block does not end`);
    const code = lines.slice(line + 1, end).join('\n');
    // What a command prints needs what the command needs.
    needs = language === 'sh' || language === 'ts' ? notes.needs : needs;
    if (languages.includes(language)) blocks.push({ language, code, line: line + 1, place, exit: 0, hidden: '', ...notes, needs });
    notes = {};
    line = end;
  }
  return blocks;
}

/** The file of the page's project that a `ts` block is. */
export function fileOf({ code, line }) {
  const [, name] = /^\/\/ (\S+\.ts)\n/.exec(code) ?? [];
  return name ?? `block-${line}.ts`;
}

/** The parts of a file of an example that a `ts` block shows; undefined for other blocks. */
export function excerptOf({ code }) {
  const [, file, text] = /^\/\/ (examples\/\S+)\n([\s\S]*)$/.exec(code) ?? [];
  return file === undefined ? undefined : { file, parts: text.split('// …\n') };
}

/** The parts that a file does not have as they are shown. Where a part stands deeper, only that differs. */
export function partsAbsent(parts, file) {
  const whole = unindented(file);
  return parts.filter((part) => !whole.includes(unindented(part)));
}

function unindented(text) {
  return text.replace(/^[ \t]+|[ \t]+$/gm, '').trim();
}

/** The commands of `sh` blocks, without comments. */
export function commandsOf(blocks) {
  return blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n').map((line) => line.replace(/(^|\s+)#.*$/, '').trim()))
    .filter((command) => command !== '');
}

/** The lines that a page shows and that were not printed, or not in that order. */
export function linesMissing(shown, printed) {
  const rest = printed.split('\n').map((line) => line.trim());
  return shown
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '…')
    .filter((line) => {
      const at = rest.findIndex((each) => matches(line, each));
      rest.splice(0, at + 1);
      return at < 0;
    });
}

/** The paths at which a JSON value lacks what a page shows. */
export function partsMissing(shown, printed, path = '$') {
  if (shown === '…') return printed === undefined ? [path] : [];
  if (typeof shown === 'string' && typeof printed === 'string') return matches(shown, printed) ? [] : [path];
  if (typeof shown !== 'object' || shown === null) return Object.is(shown, printed) ? [] : [path];
  if (typeof printed !== 'object' || printed === null) return [path];
  if (Array.isArray(shown) && shown.length !== printed.length && shown.at(-1) !== '…') return [path];
  return Object.entries(shown).flatMap(([key, value]) => partsMissing(value, printed[key], `${path}.${key}`));
}

function matches(shown, printed) {
  const parts = shown.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(printed);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const command of commandsOf(readPage(readFileSync(process.argv[2], 'utf8')).filter(({ needs }) => needs === undefined)))
    console.log(command);
