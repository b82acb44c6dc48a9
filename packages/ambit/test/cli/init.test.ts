import { mkdir, readFile, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({});
});
afterAll(() => project.remove());

describe('init', () => {
  it('makes a project of two environments', async () => {
    const { code, stdout } = await project.ambit(['init', 'My Flow']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Next:\n {2}cd 'My Flow'\n {2}npm install/);
    const folder = join(project.folder, 'My Flow');
    expect((await readdir(folder)).toSorted()).toEqual(['.gitignore', 'main.test.ts', 'main.ts', 'package.json', 'tsconfig.json']);
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-flow',
      type: 'module',
      dependencies: { ambit: expect.stringMatching(/^\^\d/) as string },
    });
  });

  it('which runs, whose test passes, and whose types are right', async () => {
    const cwd = 'My Flow';
    await mkdir(join(project.folder, cwd, 'node_modules/@types'), { recursive: true });
    for (const name of ['vitest', 'typescript', '@types/node'])
      await symlink(join(modules, name), join(project.folder, cwd, 'node_modules', name));
    const plan = await project.ambit(['plan', 'main.ts', 'main', '--json'], { cwd });
    expect(JSON.parse(plan.stdout)).toMatchObject({ environments: [{ name: 'text' }, { name: 'words' }], diagnostics: [] });
    const run = await project.ambit(['run', 'main.ts', 'main', '--text', 'a quick fox', '-q'], { cwd });
    expect(run).toMatchObject({ code: 0, stdout: '{"a":1,"quick":5,"fox":3}\n' });
    const test = await project.node(['node_modules/vitest/vitest.mjs', 'run'], { cwd }).ended;
    expect(test).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 passed/) as string });
    const types = await project.node(
      ['node_modules/typescript/bin/tsc', '-p', '.', '--customConditions', '@ambit/source', '--allowImportingTsExtensions'],
      { cwd },
    ).ended;
    expect(types).toMatchObject({ code: 0, stdout: '' });
  }, 120_000);

  it('leaves alone what is there', async () => {
    await project.write({ 'full/main.ts': 'mine' });
    const refused = await project.ambit(['init', 'full']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty: it has main.ts') as string });
    const { code, stdout } = await project.ambit(['init', 'full', '-y', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      directory: join(project.folder, 'full'),
      files: ['package.json', 'tsconfig.json', 'main.test.ts', '.gitignore'],
    });
    expect(await readFile(join(project.folder, 'full/main.ts'), 'utf8')).toBe('mine');
  });
});
