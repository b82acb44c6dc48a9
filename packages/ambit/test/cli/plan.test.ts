import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const main = `import { Image, TaskEnvironment } from 'ambit';
const low = new TaskEnvironment({ name: 'low', image: Image.fromDebianBase().withEnv({ A: '1' }) });
export const step = low.task('step', async () => 1);
const left = new TaskEnvironment({ name: 'left', dependsOn: [low], resources: { cpu: 2, memory: '1Gi' }, env: { B: '2' } });
export const work = left.task('work', async () => 2);
const right = new TaskEnvironment({ name: 'right', dependsOn: [left, low] });
export const main = right.task('main', async () => step());
const alone = new TaskEnvironment({ name: 'alone' });
export const other = alone.task('other', async () => 3);
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'main.ts': main,
    'cycle.ts': `import { TaskEnvironment } from 'ambit';
const a = new TaskEnvironment({ name: 'a' });
const b = new TaskEnvironment({ name: 'b', dependsOn: [a] });
a.addDependency(b);
export const main = b.task('main', async () => 1);
`,
  });
});
afterAll(() => project.remove());

interface PlanDocument {
  readonly version: number;
  readonly digest: string;
  readonly targets: readonly string[];
  readonly environments: readonly { readonly name: string; readonly [key: string]: unknown }[];
  readonly images: readonly { readonly [key: string]: unknown }[];
  readonly diagnostics: readonly { readonly [key: string]: unknown }[];
}

async function plan(...words: string[]): Promise<{ readonly code: number; readonly document: PlanDocument }> {
  const { code, stdout } = await project.ambit(['plan', '--json', ...words]);
  return { code, document: JSON.parse(stdout) as PlanDocument };
}

describe('the document of a plan', () => {
  it('has what a target reaches, in the order of the walk, with every edge', async () => {
    const { code, document } = await plan('main.ts', 'main');
    expect(code).toBe(0);
    expect(document).toMatchObject({ version: 1, targets: ['right.main'], diagnostics: [] });
    expect(document.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(document.environments.map(({ name, requiredBy }) => [name, requiredBy])).toEqual([
      ['right', [{ target: 'right.main' }]],
      ['left', [{ environment: 'right', at: 'main.ts:6' }]],
      [
        'low',
        [
          { environment: 'right', at: 'main.ts:6' },
          { environment: 'left', at: 'main.ts:4' },
        ],
      ],
    ]);
  });

  it('has of each environment what decides about it', async () => {
    const { document } = await plan('main.ts', 'left');
    expect(document.targets).toEqual(['left']);
    const [left] = document.environments;
    expect(left).toMatchObject({
      name: 'left',
      at: 'main.ts:4',
      tasks: ['left.work'],
      builder: 'host',
      builderBy: expect.stringContaining('auto') as string,
      executor: 'local',
      executorBy: 'default',
      resources: { cpu: [2, 2], memory: [1073741824, 1073741824] },
      secrets: [],
      env: { B: '2' },
      packages: [],
    });
    expect(left?.['image']).toMatch(/^sha256:/);
    expect(left?.['bundle']).toMatch(/^sha256:/);
  });

  it('has images parents first, and whether they are there', async () => {
    const { document } = await plan('main.ts', 'main');
    const [bare, added] = document.images;
    expect(bare).toMatchObject({ base: 'debian:bookworm-slim', layers: [], environments: ['right', 'left'], builder: 'host' });
    expect(added).toMatchObject({
      parent: bare?.['identity'],
      layers: [{ kind: 'env', summary: expect.any(String) as string }],
      environments: ['low'],
    });
    expect(bare).toMatchObject({
      status: 'build',
      reason: expect.any(String) as string,
      platform: expect.stringMatching(/^\w+\/\w+$/) as string,
    });
  });

  it('has, without a target, all that the file exports', async () => {
    const { document } = await plan('main.ts');
    expect(document.targets).toEqual(['low', 'left', 'right', 'alone']);
    const several = await plan('main.ts', 'other', 'low.step');
    expect(several.document.environments.map(({ name }) => name)).toEqual(['alone', 'low']);
  });

  it('is printed where the plan is wrong too', async () => {
    const { code, document } = await plan('cycle.ts');
    expect(code).toBe(3);
    expect(document.diagnostics).toEqual([
      expect.objectContaining({
        code: 'AMBIT_PLAN_CYCLE',
        severity: 'error',
        at: expect.stringMatching(/^cycle\.ts:/) as string,
        hint: expect.any(String) as string,
      }),
    ]);
  });
});

describe('a plan for people', () => {
  it('is the result: on standard output', async () => {
    const { code, stdout, stderr } = await project.ambit(['plan', 'main.ts', 'main']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Environments (3)');
    expect(stdout).toMatch(/left main\.ts:4\n {4}required by right \(main\.ts:6\)/);
  });

  it('explains one environment', async () => {
    const { stdout } = await project.ambit(['plan', 'main.ts', 'main', '--why', 'low', '--builder', 'host']);
    expect(stdout).toMatch(/required by +right \(main\.ts:6\), left \(main\.ts:4\)/);
    expect(stdout).toMatch(/builder +host \(flag --builder\)/);
  });

  it.each([
    [['plan', 'main.ts', 'main', '--why', 'lo'], "Did you mean 'low'?"],
    [['plan', 'main.ts', 'mian'], "Did you mean 'main'?"],
    [['plan', 'main.ts', '--executor', 'locl'], "Did you mean 'local'?"],
    [['plan', 'main.ts', '--profile', 'ci'], 'profile ci is not in the configuration'],
    [['plan'], "Missing required argument 'file'"],
  ])('is refused with exit code 2: ambit %j', async (words, message) => {
    const { code, stdout, stderr } = await project.ambit(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('starts and builds nothing', async () => {
    await project.ambit(['plan', 'main.ts']);
    expect(project.leftovers()).toEqual([]);
    expect((await plan('main.ts', 'main')).document.images[0]).toMatchObject({ status: 'build' });
  });
});
