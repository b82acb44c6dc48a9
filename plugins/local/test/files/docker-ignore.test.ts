import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layerFiles } from '../../src/index.ts';
import { never } from '../executor/executor-place.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ambit-ignore-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const all = ['README.md', 'a.log', 'docs/a.md', 'docs/b.txt', 'docs/deep/c.md', 'src/a.log', 'src/a.ts', 'src/b[1].ts'];

/** Which of the files are left. */
async function left(...lines: string[]): Promise<readonly string[]> {
  for (const path of all) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  writeFileSync(join(root, '.dockerignore'), lines.join('\n'));
  const { entries } = await layerFiles({ what: 'source', path: root }, never());
  return entries.flatMap(({ kind, path }) => (kind === 'file' && path !== '.dockerignore' ? [path] : []));
}

const without = (...paths: string[]): readonly string[] => all.filter((path) => !paths.includes(path));

describe('a .dockerignore', () => {
  it.each<[string[], readonly string[]]>([
    [[], all],
    [['# docs', '', '  '], all],
    [['docs'], without('docs/a.md', 'docs/b.txt', 'docs/deep/c.md')],
    [['/docs/'], without('docs/a.md', 'docs/b.txt', 'docs/deep/c.md')],
    [['a.log'], without('a.log')],
    [['*.log'], without('a.log')],
    [['*/a.log'], without('src/a.log')],
    [['**/*.log'], without('a.log', 'src/a.log')],
    [['docs/**/c.md'], without('docs/deep/c.md')],
    [['docs/**'], without('docs/a.md', 'docs/b.txt', 'docs/deep/c.md')],
    [['src/?.ts'], without('src/a.ts')],
    [['src/[a-b].*'], without('src/a.ts', 'src/a.log')],
    [['src/b\\[1\\].ts'], without('src/b[1].ts')],
    [['a.l+g', 'README(md|x)'], all],
    [['docs', '!docs/a.md'], without('docs/b.txt', 'docs/deep/c.md')],
    [['!docs/a.md', 'docs'], without('docs/a.md', 'docs/b.txt', 'docs/deep/c.md')],
    [
      ['**', '!src/*.ts'],
      ['src/a.ts', 'src/b[1].ts'],
    ],
    [['./docs/../a.log'], without('a.log')],
  ])('leaves by the rules of Docker: %j', async (lines, expected) => {
    expect(await left(...lines)).toEqual(expected);
  });

  it('leaves out folders too, but not those with something in them that is kept', async () => {
    await left();
    writeFileSync(join(root, '.dockerignore'), 'docs\nsrc\n!src/a.ts\n');
    const { entries } = await layerFiles({ what: 'source', path: root }, never());
    expect(entries.map(({ path }) => path)).toEqual(['.dockerignore', 'README.md', 'a.log', 'src/a.ts']);
  });

  it('that Docker could not read either is refused, naming the pattern', async () => {
    await expect(left('src/[z-a]')).rejects.toMatchObject({
      code: 'AMBIT_FILES_UNREADABLE',
      message: expect.stringContaining('src/[z-a]') as unknown,
    });
  });
});
