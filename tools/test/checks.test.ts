import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ESLint } from 'eslint';
import { afterEach, expect, it } from 'vitest';
import { checkBudget } from '../checks/budget.mjs';
import { checkDocs } from '../checks/docs.mjs';
import { checkErrorCatalogue, errorPage } from '../checks/error-catalogue.mjs';
import { checkNames } from '../checks/names.mjs';
import { checkShape } from '../checks/shape.mjs';
import { root } from '../sources.mjs';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function tree(files: Record<string, string>): string {
  const base = mkdtempSync(join(tmpdir(), 'ambit-checks-'));
  folders.push(base);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  return base;
}

it('wants kebab-case names that say something', () => {
  const base = tree({ 'packages/core/src/good-name.ts': '', 'packages/core/src/BadName.ts': '', 'plugins/local/src/utils.ts': '' });
  expect(checkNames(base)).toEqual([expect.stringContaining('BadName.ts'), expect.stringContaining('utils.ts')]);
});

it('keeps codes, catalogue and page identical, all ways', async () => {
  const entries = "{ AMBIT_PLAN_CYCLE: { when: 'A circle.', fix: 'Cut it.' }, AMBIT_PLAN_GONE: { when: 'Never.', fix: 'Nothing.' } }";
  const base = tree({
    'packages/core/src/a.ts': "new AmbitError('AMBIT_PLAN_CYCLE', …); new AmbitError('AMBIT_PLAN_CLASH', …)",
    'packages/ambit/src/errors/catalogue.ts': `export const CATALOGUE = ${entries};\nexport const SECTIONS = [['Plans', CATALOGUE]];\n`,
    'docs/errors.md': 'old',
  });
  expect(await checkErrorCatalogue(base)).toEqual([
    expect.stringContaining('AMBIT_PLAN_CLASH (packages/core/src/a.ts)'),
    expect.stringContaining('AMBIT_PLAN_GONE'),
    expect.stringContaining('docs/errors.md is not what the catalogue says'),
  ]);
  writeFileSync(join(base, 'docs/errors.md'), await errorPage(base));
  expect(await checkErrorCatalogue(base)).toHaveLength(2);
});

it('finds a link that leads nowhere', () => {
  const base = tree({ 'README.md': '[a](docs/a.md) [b](docs/b.md#part) [c](https://example.org) `call[x](...args)`', 'docs/a.md': '' });
  expect(checkDocs(base)).toEqual(['README.md: the link to docs/b.md leads nowhere']);
});

it('holds the runtime to its budget, and does not pass where it is not built', () => {
  expect(checkBudget(tree({}))).toHaveLength(1);
  expect(checkBudget(tree({ 'packages/worker/dist/bin/runtime.js': 'x'.repeat(40_001) }))).toEqual([expect.stringContaining('40001')]);
  expect(checkBudget(tree({ 'packages/worker/dist/bin/runtime.js': 'x'.repeat(40_000) }))).toEqual([]);
});

it('wants one version, the catalog, and every part of the shape', () => {
  const base = tree({});
  for (const group of ['packages', 'plugins']) mkdirSync(join(base, group));
  cpSync(join(root, 'packages/ambit/package.json'), join(base, 'packages/ambit/package.json'));
  writeFileSync(join(base, 'plugins/.keep'), '');
  mkdirSync(join(base, 'plugins/x'));
  writeFileSync(
    join(base, 'plugins/x/package.json'),
    JSON.stringify({ version: '9.9.9', license: 'MIT', exports: { '.': { default: './x.js' } }, dependencies: { a: '^1.0.0' } }),
  );
  const wrong = checkShape(base).filter((line) => line.startsWith('plugins/x'));
  for (const part of ['README.md', 'version 9.9.9', 'license', '@ambit/source', 'dependencies.a']) expect(wrong.join('\n')).toContain(part);
});

it('limits files and functions in every source folder', async () => {
  const eslint = new ESLint({ cwd: root });
  for (const path of ['packages/core/src/any.ts', 'plugins/local/src/deep/any.ts']) {
    const { rules } = (await eslint.calculateConfigForFile(path)) as { rules: Record<string, unknown[]> };
    expect(rules['max-lines']).toEqual([2, 400]);
    expect(rules['max-lines-per-function']).toEqual([2, expect.objectContaining({ max: 60 })]);
    expect(rules['@typescript-eslint/no-floating-promises']?.[0]).toBe(2);
  }
});
