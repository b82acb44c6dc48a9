import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const main = `import { Image, TaskEnvironment } from 'ambit';
const base = Image.fromDebianBase().withEnv({ A: '1' });
const low = new TaskEnvironment({ name: 'low', image: base });
export const low1 = low.task('low1', async () => 1);
const high = new TaskEnvironment({ name: 'high', image: base.withEnv({ B: '2' }), dependsOn: [low] });
export const high1 = high.task('high1', async () => low1());
const lost = new TaskEnvironment({ name: 'lost', image: Image.fromDebianBase().withNpmPackages('this-package-does-not-exist-1f3@1.0.0') });
export const lost1 = lost.task('lost1', async () => 1);
const odd = new TaskEnvironment({ name: 'odd', image: Image.fromDebianBase().withAptPackages('git') });
export const odd1 = odd.task('odd1', async () => 1);
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({ 'main.ts': main });
});
afterAll(() => project.remove());

interface BuildDocument {
  readonly version: number;
  readonly images: readonly { readonly identity: string; readonly status: string; readonly [key: string]: unknown }[];
}

async function build(...words: string[]): Promise<{ readonly code: number; readonly document: BuildDocument; readonly stderr: string }> {
  const { code, stdout, stderr } = await project.ambit(['build', 'main.ts', ...words, '--json']);
  return { code, document: JSON.parse(stdout) as BuildDocument, stderr };
}

describe('build', () => {
  it('makes the images that a target needs, parents first, and runs nothing', async () => {
    const { code, document } = await build('high1');
    expect(code).toBe(0);
    expect(document.version).toBe(1);
    expect(document.images.map(({ environments, status }) => [environments, status])).toEqual([
      [['low'], 'built'],
      [['high'], 'built'],
    ]);
    expect(document.images[0]).toEqual({
      identity: expect.stringMatching(/^sha256:/) as string,
      status: 'built',
      locations: [expect.objectContaining({ kind: 'host-directory' })],
      durationMs: expect.any(Number) as number,
      environments: ['low'],
    });
    expect(JSON.parse((await project.ambit(['runs', 'list', '--json'])).stdout)).toEqual({ version: 1, runs: [] });
  });

  it('makes nothing that is there, unless it is forced to', async () => {
    expect((await build('high')).document.images.map(({ status }) => status)).toEqual(['exists', 'exists']);
    expect((await build('low', '--force')).document.images.map(({ status }) => status)).toEqual(['built']);
    const { stdout, stderr } = await project.ambit(['build', 'main.ts', 'high1']);
    expect(stdout).toMatch(/^✓ [0-9a-f]{8} exists for low\n✓ [0-9a-f]{8} exists for high\n$/);
    expect(stderr).toBe('');
  });

  it('finishes what does not depend on an image that fails', async () => {
    const { code, document, stderr } = await build('low', 'lost');
    expect(code).toBe(4);
    expect(document.images.map(({ environments, status }) => [environments, status])).toEqual([
      [['low'], 'exists'],
      [['lost'], 'failed'],
    ]);
    expect(document.images[1]?.['error']).toMatchObject({
      code: 'AMBIT_BUILD_FAILED',
      command: 'npm install this-package-does-not-exist-1f3@1.0.0',
      log: expect.stringContaining('npm') as string,
    });
    expect(stderr.match(/^error .*"/gm)).toEqual([
      'error The image of lost could not be built: "npm install this-package-does-not-exist-1f3@1.0.0"',
    ]);
  });

  it('is refused where the plan is wrong', async () => {
    const { code, stderr } = await build('odd');
    expect(code).toBe(3);
    expect(stderr).toContain('ambit plan main.ts odd');
  });
});
