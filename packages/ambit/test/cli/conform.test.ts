import { readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

interface Report {
  readonly roles: readonly {
    readonly role: string;
    readonly results: readonly { readonly id: string; readonly result: string; readonly message?: string }[];
  }[];
  readonly totals: { readonly passed: number; readonly failed: number };
}

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'local.ts': "export { local as default } from '@ambit/local';\n",
    'broken.ts': `export default {
  type: 'broken',
  apiVersion: 1,
  objects: () => ({
    put: async () => ({ digest: 'sha256:' + '0'.repeat(64), size: 0 }),
    async *get() {},
    stat: async () => undefined,
    async *list() {},
    delete: async () => {},
    dispose: async () => {},
  }),
};
`,
    'nothing.ts': 'export const answer = 42;\n',
  });
  const local = fileURLToPath(new URL('../../../../plugins/local', import.meta.url));
  await project.write({ 'node_modules/@ambit/.keep': '' });
  await symlink(local, join(project.folder, 'node_modules/@ambit/local'));
});
afterAll(() => project.remove());

const failed = ({ roles }: Report): readonly string[] =>
  roles.flatMap(({ results }) => results.filter(({ result }) => result === 'failed').map(({ id, message }) => `${id} ${message ?? ''}`));

describe('ambit conform', () => {
  it('finds nothing wrong with this machine as a place, its real workers included', { timeout: 240_000 }, async () => {
    const { code, stdout, stderr } = await project.ambit(['conform', 'local.ts', '--json', '--out', 'report.json', '-q']);
    const report = JSON.parse(stdout) as Report;
    expect(failed(report), stderr).toEqual([]);
    expect(code).toBe(0);
    expect(report.roles.map(({ role }) => role)).toEqual(['plugin', 'builder', 'executor']);
    expect(report.totals.passed).toBeGreaterThan(90);
    expect(JSON.parse(readFileSync(join(project.folder, 'report.json'), 'utf8'))).toEqual(report);
  });

  it('tells what a broken one does not keep, and ends with 1', { timeout: 240_000 }, async () => {
    const { code, stdout } = await project.ambit(['conform', 'broken.ts']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ OS-PUT-01/);
    expect(stdout).toMatch(/\d+ failed/);
  });

  it('refuses a module that exports no plugin', async () => {
    const { code, stderr } = await project.ambit(['conform', 'nothing.ts']);
    expect(code).toBe(2);
    expect(stderr).toContain('nothing.ts exports no plugin');
    await project.write({ 'throws.ts': `export default () => { throw new Error('no host is named'); };\n` });
    const thrown = await project.ambit(['conform', 'throws.ts']);
    expect(thrown.code).toBe(2);
    expect(thrown.stderr).toContain('throws.ts exports no plugin: Error: no host is named.\n');
  });
});
