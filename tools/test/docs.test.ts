import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { excerptOf, fileOf, linesMissing, partsAbsent, partsMissing, readPage } from '../snippets.mjs';
import { filesBelow, root } from '../sources.mjs';
import { PageFolders } from './support/page-folders.ts';

const pages = ['README.md', ...filesBelow(join(root, 'docs')).map((path) => `docs/${path}`)]
  .filter((page) => page.endsWith('.md'))
  .map((page) => ({ page, blocks: readPage(readFileSync(join(root, page), 'utf8')) }))
  .filter(({ blocks }) => blocks.length > 0);

type Block = ReturnType<typeof readPage>[number];

const folders = new PageFolders();
let wrongTypes: readonly string[] = [];

beforeAll(() => {
  for (const { page, blocks } of pages)
    for (const block of blocks)
      if (block.language === 'ts' && !excerptOf(block)) folders.write(folders.project(page), fileOf(block), codeOf(block));
  wrongTypes = folders.checkTypes();
});
afterAll(() => folders.remove());

/** Lines stay where a reader sees them. */
function codeOf({ hidden, code }: Block): string {
  return `${hidden === '' ? '' : `${hidden}\n`}${code}\nexport {};\n`;
}

function title({ language, code, line, needs }: Block): string {
  return `line ${line}, ${language}: ${code.split('\n')[0]}${needs === undefined ? '' : ` [needs ${needs}]`}`;
}

/** The variables that name an engine. */
const engines: Readonly<Record<string, string>> = { docker: 'DOCKER_HOST' };

function isMissing(engine: string): boolean {
  const variable = engines[engine];
  if (variable === undefined) throw new RangeError(`nobody knows the engine ${engine}`);
  return process.env[variable] === undefined;
}

describe.each(pages)('$page', ({ page, blocks }) => {
  let printed = '';

  const check: Readonly<Record<Block['language'], (block: Block) => void>> = {
    ts: (block) => {
      const { file, parts = [] } = excerptOf(block) ?? {};
      if (file !== undefined) expect(partsAbsent(parts, readFileSync(join(root, file), 'utf8')), file).toEqual([]);
      const path = relative(folders.home, join(folders.project(page), fileOf(block)));
      expect(wrongTypes.filter((line) => line.startsWith(`${path}(`))).toEqual([]);
    },
    sh: ({ code, place, exit }) => {
      const ended = folders.run(page, place === undefined ? folders.project(page) : folders.copy(page, place), code);
      printed = ended.printed;
      expect(ended.exit, printed).toBe(exit);
    },
    text: ({ code }) => expect(linesMissing(code, printed), printed).toEqual([]),
    json: ({ code }) => {
      const document = printed.split('\n').findLast((line) => line.startsWith('{')) ?? '{}';
      expect(partsMissing(JSON.parse(code), JSON.parse(document)), document).toEqual([]);
    },
  };

  // The commands of README are those of a landing: .ci/run runs each, but those that need an engine.
  const checked = page === 'README.md' ? blocks.filter(({ language, needs }) => language === 'ts' || needs !== undefined) : blocks;
  for (const block of checked)
    it.skipIf(block.needs !== undefined && isMissing(block.needs))(title(block), { timeout: 180_000 }, () => check[block.language](block));
});
