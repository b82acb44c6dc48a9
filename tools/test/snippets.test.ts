import { expect, it } from 'vitest';
import { commandsOf, excerptOf, fileOf, linesMissing, partsAbsent, partsMissing, readPage } from '../snippets.mjs';

const page = `# A page

<!-- with: import { main } from './main.js'; -->

\`\`\`ts
main();
\`\`\`

\`\`\`ts
// main.ts
export const main = () => 1;
\`\`\`

<!-- exits 3 -->

\`\`\`sh
ambit plan main.ts   # and why
# nothing
\`\`\`

\`\`\`mermaid
graph
\`\`\`

<!-- in examples/af2 -->

\`\`\`sh
ambit run main.ts
\`\`\`

\`\`\`text
…
\`\`\`

<!-- needs docker -->

\`\`\`sh
ambit run main.ts -p docker
\`\`\`

\`\`\`text
…
\`\`\`

\`\`\`sh
ambit runs list
\`\`\`
`;

it('reads the blocks of a page with what is said of them', () => {
  const blocks = readPage(page);
  expect(blocks.map(({ language, exit, place }) => [language, exit, place])).toEqual([
    ['ts', 0, undefined],
    ['ts', 0, undefined],
    ['sh', 3, undefined],
    ['sh', 0, 'examples/af2'],
    ['text', 0, 'examples/af2'],
    ['sh', 0, 'examples/af2'],
    ['text', 0, 'examples/af2'],
    ['sh', 0, 'examples/af2'],
  ]);
  expect(blocks.slice(3).map(({ needs }) => needs)).toEqual([undefined, undefined, 'docker', 'docker', undefined]);
  expect(blocks[0]?.hidden).toBe("import { main } from './main.js';");
  expect(blocks.slice(0, 2).map(fileOf)).toEqual(['block-5.ts', 'main.ts']);
  expect(commandsOf(blocks)).toEqual(['ambit plan main.ts', 'ambit run main.ts', 'ambit run main.ts -p docker', 'ambit runs list']);
});

it('refuses what it cannot check', () => {
  expect(() => readPage('<!-- exit 3 -->')).toThrow('line 1');
  expect(() => readPage('```sh\nls')).toThrow('line 1');
});

it('finds what an example does not have as a page shows it', () => {
  const [block] = readPage('```ts\n// examples/a/b.ts\nif (x)\n  y();\n// …\nz();\n```');
  const { file, parts } = excerptOf(block!)!;
  expect(file).toBe('examples/a/b.ts');
  expect(partsAbsent(parts, 'function f() {\n  if (x)\n    y();\n  z();\n}')).toEqual([]);
  expect(partsAbsent(parts, '  if (x)\n\n    y();\n  z();\n')).toEqual(['if (x)\n  y();\n']);
  expect(excerptOf(readPage('```ts\n// main.ts\nz();\n```')[0]!)).toBeUndefined();
});

it('finds lines that were not printed, or not in that order', () => {
  const printed = '12:00 plan 2 environments\n  a started\n  b started\n[1]';
  expect(linesMissing('… plan … environments\n\nb started\n…\n[1]', printed)).toEqual([]);
  expect(linesMissing('b started\na started', printed)).toEqual(['a started']);
  expect(linesMissing('a star', printed)).toEqual(['a star']);
});

it('finds parts that a document lacks', () => {
  const printed = { version: 1, run: 'brave-otter', actions: [{ id: 'a', tries: 2 }, { id: 'b' }] };
  expect(partsMissing({ version: 1, run: '…', actions: [{ id: 'a' }, '…'] }, printed)).toEqual([]);
  expect(partsMissing({ run: 'brave-…', actions: [{ tries: 3 }, { id: 'b' }] }, printed)).toEqual(['$.actions.0.tries']);
  expect(partsMissing({ actions: [{}], result: '…' }, printed)).toEqual(['$.actions', '$.result']);
});
