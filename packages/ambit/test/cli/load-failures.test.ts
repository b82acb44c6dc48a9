import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const define = (options: string, task = `'t'`): string =>
  `import { TaskEnvironment } from 'ambit';\nconst env = new TaskEnvironment(${options});\nexport const t = env.task(${task}, async () => 1);\n`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'syntax.ts': 'const a = {;\n',
    'text.ts': `throw 'a text';\n`,
    'null.ts': 'throw null;\n',
    'error.ts': `const one = 1;\nfunction fails() { throw new RangeError('nope'); }\nfails();\n`,
    'nothing.ts': 'export const x = 1;\n',
    'exits.ts': 'process.exit(0);\n',
    'never.ts': 'await new Promise(() => undefined);\n',
    'runs.ts': `import { TaskEnvironment, initFromConfig } from 'ambit';\nconst env = new TaskEnvironment({ name: 'e' });\nexport const t = env.task('t', async () => 1);\nconst app = await initFromConfig();\nawait app.run(t);\n`,
    'name.ts': define(`{ name: 'a.b' }`),
    'quantity.ts': define(`{ name: 'a', resources: { memory: '4 Gi' } }`),
    'option.ts': define(`{ name: 'a', imge: 'x' } as never`),
    'task.ts': define(`{ name: 'a' }`, `'with space'`),
    'twice.ts': `${define(`{ name: 'a' }`)}env.task('t', async () => 2);\n`,
    'builder.ts': define(`{ name: 'a', builder: 'hots' }`),
    'executor.ts': define(`{ name: 'a', executor: 'locl' }`),
    'memory.ts': define(`{ name: 'a', resources: { memory: '900Ti' } }`),
  });
});
afterAll(() => project.remove());

describe('a file that cannot be loaded', () => {
  it.each([
    ['none.ts', 'There is no file none.ts.', 'AMBIT_LOAD_NOT_FOUND'],
    ['./test/../none.ts', 'There is no file ./test/../none.ts.', 'AMBIT_LOAD_NOT_FOUND'],
    ['syntax.ts', 'syntax.ts:1', 'AMBIT_LOAD_SYNTAX'],
    ['text.ts', 'text.ts cannot be loaded: a text', 'AMBIT_LOAD_FAILED'],
    ['null.ts', 'null.ts cannot be loaded: null', 'AMBIT_LOAD_FAILED'],
    ['error.ts', 'error.ts:2 threw while error.ts was loaded: RangeError: nope', 'AMBIT_LOAD_FAILED'],
    ['nothing.ts', 'nothing.ts exports no task and no environment', 'AMBIT_TARGET_NOTHING'],
    ['exits.ts', 'exits.ts ended the process while it was loaded', 'AMBIT_LOAD_ENDED'],
    ['never.ts', 'never.ts waits, while it is loaded, for something that never comes', 'AMBIT_LOAD_ENDED'],
    ['runs.ts', '(runs.ts:5)', 'AMBIT_LOAD_RUN_WHILE_LOADING'],
    ['name.ts', '(name.ts:2)', 'AMBIT_DEFINE_NAME'],
    ['quantity.ts', "'4 Gi'", 'AMBIT_DEFINE_OPTION'],
    ['option.ts', "Did you mean 'image'?", 'AMBIT_DEFINE_UNKNOWN_OPTION'],
    ['task.ts', '(task.ts:3)', 'AMBIT_DEFINE_TASK_NAME'],
    ['twice.ts', 'twice.ts:3 and twice.ts:4', 'AMBIT_DEFINE_DUPLICATE_TASK'],
  ])('is exit code 2, one message with its place, and no frames of ours: %s', async (file, message, code) => {
    const ended = await project.ambit(['run', file]);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr.match(/^error /gm)).toHaveLength(1);
    expect(ended.stderr).toMatch(new RegExp(`^ {4}${code}$`, 'm'));
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });
});

it('calls a file that is not there as the user does, in each command', async () => {
  for (const command of ['plan', 'build', 'conform'])
    expect((await project.ambit([command, 'none.ts'])).stderr).toContain('There is no file none.ts.');
});

describe('a file of which only the plan shows what is wrong', () => {
  it.each([
    ['builder.ts', "Did you mean 'host'?", 'AMBIT_PLAN_UNKNOWN_BUILDER'],
    ['executor.ts', "Did you mean 'local'?", 'AMBIT_PLAN_UNKNOWN_EXECUTOR'],
    ['memory.ts', '900Ti', 'AMBIT_PLAN_'],
  ])('is exit code 3, and nothing is run: %s', async (file, message, code) => {
    const { code: exit, stdout, stderr } = await project.ambit(['run', file, '--json']);
    expect(exit).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, error: { code: expect.stringContaining(code) as string, at: `${file}:2` } });
    expect(stderr).toContain(message);
    expect(stderr).toContain('Nothing was done');
    expect(project.leftovers()).toEqual([]);
  });
});

describe('a project of 5,000 environments', () => {
  it('is planned, and told in few words where many are the same', async () => {
    await project.write({
      'many.ts': `import { TaskEnvironment } from 'ambit';
const all: TaskEnvironment[] = [];
for (let index = 0; index < 5000; index += 1) all.push(new TaskEnvironment({ name: \`e\${index}\`, dependsOn: all.slice(-2) }));
export const last = all.at(-1)!;
`,
    });
    const { code, stdout } = await project.ambit(['plan', 'many.ts']);
    expect(code).toBe(0);
    expect(stdout).toContain('Environments (5000)');
    expect(stdout).toContain('and 4995 more');
  });
});
