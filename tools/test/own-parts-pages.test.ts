import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../sources.mjs';

/** `// path` on the first line, then parts of that file, with `// …` between them. Where a part stands deeper, only that differs. */
function snippets(page: string): readonly { readonly file: string; readonly parts: readonly string[] }[] {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n\/\/ (\S+)\n([\s\S]*?)^```/gm);
  return [...blocks].map(([, file = '', text = '']) => ({ file, parts: text.split('// …\n') }));
}

function flat(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

it.each(['docs/own-executor.md', 'docs/own-builder.md'])('each snippet of %s is a part of an example', (page) => {
  const found = snippets(page);
  expect(found.length).toBeGreaterThan(3);
  for (const { file, parts } of found)
    for (const part of parts) expect(flat(readFileSync(join(root, file), 'utf8')), `${page}: ${file}`).toContain(flat(part));
});

it('each block of code in these pages says which file it is from', () => {
  for (const page of ['docs/own-executor.md', 'docs/own-builder.md']) {
    const blocks = readFileSync(join(root, page), 'utf8').match(/^```ts$/gm) ?? [];
    expect(snippets(page)).toHaveLength(blocks.length);
  }
});
