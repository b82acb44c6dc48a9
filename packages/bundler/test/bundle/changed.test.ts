import { existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadedProject } from '../../src/index.ts';
import { codeOf, definitionOf, main, removeProjects } from './bundle-project.ts';
import type { BundleProject } from './bundle-project.ts';

afterEach(removeProjects);

const FILES = {
  'value.ts': `export const value = 'old';`,
  'data.json': '{ "text": "old" }',
  'tsconfig.json': '{ "compilerOptions": {} }',
  'sub/deep.ts': `export const deep = 1;`,
};
const CODE = `import { value } from './value.js'; import data from './data.json'; import { deep } from './sub/deep.js';
export const ours = own.task('ours', async () => [value, data.text, deep]);`;

async function loaded(): Promise<{
  readonly made: BundleProject;
  readonly project: LoadedProject;
  readonly bundle: () => ReturnType<LoadedProject['bundle']>;
}> {
  const made = main(CODE, FILES);
  const project = await made.load();
  return { made, project, bundle: () => project.bundle(definitionOf(project, 'own')) };
}

describe('a file that changes after it was loaded', () => {
  it.each<[string, string]>([
    ['value.ts', `export const value = 'new';`],
    ['main.ts', `${CODE} `],
    ['data.json', '{ "text": "new" }'],
    ['tsconfig.json', '{ "compilerOptions": { "jsx": "react" } }'],
    ['package.json', '{ "type": "module", "imports": {} }'],
    ['sub/tsconfig.json', '{}'],
  ])('never gives a bundle of what was loaded: %s', async (path, text) => {
    const { made, bundle } = await loaded();
    made.write({ [path]: text });
    await expect(bundle()).rejects.toMatchObject({
      code: 'AMBIT_BUNDLE_CHANGED',
      message: expect.stringContaining(`${path} changed after it was loaded`) as string,
      hint: 'Run it again.',
    });
    expect(existsSync(join(made.cacheDirectory, 'bundles')) ? readdirSync(join(made.cacheDirectory, 'bundles')) : []).toEqual([]);
  });

  it('may be gone', async () => {
    const { made, bundle } = await loaded();
    rmSync(join(made.root, 'value.ts'));
    await expect(bundle()).rejects.toMatchObject({ code: 'AMBIT_BUNDLE_CHANGED' });
  });

  it('is what it is when the project is loaded again, and as it was when it is changed back', async () => {
    const { made, bundle } = await loaded();
    made.write({ 'value.ts': `export const value = 'new';` });
    await expect(bundle()).rejects.toMatchObject({ code: 'AMBIT_BUNDLE_CHANGED' });
    expect(codeOf(await made.bundle('own'))).toContain('"new"');
    made.write({ 'value.ts': FILES['value.ts'] });
    expect(codeOf(await bundle())).toContain('"old"');
  });

  it('does not matter where its bundle was made before', async () => {
    const { made, bundle, project } = await loaded();
    const first = await bundle();
    made.write({ 'value.ts': `export const value = 'new';` });
    expect(await bundle()).toEqual(first);
    expect(project.environments).toHaveLength(2);
  });

  it('may be touched', async () => {
    const { made, bundle } = await loaded();
    for (const path of ['main.ts', ...Object.keys(FILES)]) utimesSync(join(made.root, path), 1, 1);
    expect(codeOf(await bundle())).toContain('"old"');
  });
});
