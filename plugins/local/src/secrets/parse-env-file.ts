import { AmbitError } from '@ambit/plugin-api';

const start = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/y;
const blank = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const values = [/"((?:\\[^]|[^"\\])*)"/y, /'([^']*)'/y, /`([^`]*)`/y];
const plain = /[^\n]*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** `NAME=VALUE`, also quoted: `"…"` with escapes, `'…'` without, both over several lines; `#` begins a comment. The last of one name counts. */
export function parseEnvFile(content: string, file: string): ReadonlyMap<string, string> {
  const text = content.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const found = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const skipped = matchAt(blank, text, at);
    if (skipped) {
      at += skipped[0].length;
      continue;
    }
    const name = matchAt(start, text, at);
    if (!name) throw malformed(text, at, file);
    at += name[0].length;
    const { value, length } = valueAt(text, at, file);
    found.set(name[1]!, value);
    at += length;
  }
  return found;
}

function valueAt(text: string, at: number, file: string): { readonly value: string; readonly length: number } {
  for (const quoted of values) {
    const match = matchAt(quoted, text, at);
    if (!match) continue;
    const rest = matchAt(blank, text, at + match[0].length);
    if (!rest) throw malformed(text, at, file);
    const value = quoted === values[0] ? match[1]!.replace(/\\([^])/g, (_, one: string) => escapes[one] ?? one) : match[1]!;
    return { value, length: match[0].length + rest[0].length };
  }
  if (/["'`]/.test(text[at] ?? '')) throw malformed(text, at, file);
  const line = matchAt(plain, text, at)?.[0] ?? '';
  return { value: line.replace(/(?:^|[ \t]+)#.*$/, '').trim(), length: line.length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** By line only: what stands there may be a secret. */
function malformed(text: string, at: number, file: string): AmbitError {
  const line = text.slice(0, at).split('\n').length;
  return new AmbitError('AMBIT_SECRETS_FILE', `Line ${line} of ${file} is no NAME=VALUE.`, {
    hint: `Write NAME=VALUE or NAME="VALUE"; end what a quote begins.`,
    facts: { file, line },
  });
}
