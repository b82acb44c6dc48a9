import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'main.ts': `import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
/** Folds it. */
export const fold = env.task('fold', async (sequence: string, model: 'small' | 'large' = 'small') => sequence + model);
export const main = env.task('main', async () => 1);
`,
  });
});
afterAll(() => project.remove());

describe('ambit', () => {
  it('says its version, and what it can do', async () => {
    expect((await project.ambit(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { code, stdout } = await project.ambit(['--help']);
    expect(code).toBe(0);
    for (const command of ['init', 'plan', 'build', 'run', 'runs', 'doctor', 'explain', 'conform', 'completion'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).not.toContain('__complete');
  });

  it.each([
    'plan',
    'build',
    'run',
    'runs',
    'runs list',
    'runs show',
    'runs logs',
    'runs wait',
    'runs cancel',
    'init',
    'doctor',
    'conform',
    'explain',
    'completion',
  ])('has a help with examples for each command: %s', async (command) => {
    const { code, stdout } = await project.ambit([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: ambit ${command} `));
    expect(stdout).toMatch(/^Examples:\n {2}(ambit|echo)/m);
  });

  it.each([
    [['rnu'], 'Did you mean run?'],
    [['runs', 'lst'], 'Did you mean list?'],
    [['main.ts'], 'To run it: ambit run main.ts'],
    [['plan', 'main.ts', '--jsn'], "Unknown option '--jsn'"],
    [['-C', 'nowhere', 'plan', 'main.ts'], '-C names nowhere'],
  ])('suggests what was meant: %j', async (words, message) => {
    expect(await project.ambit(words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) as string });
  });

  it('shows its help where nothing is asked for', async () => {
    expect(await project.ambit([])).toMatchObject({ code: 2, stderr: expect.stringContaining('Commands:') as string });
  });
});

describe('explain', () => {
  it('says when an error occurs, and what to do', async () => {
    const { code, stdout } = await project.ambit(['explain', 'AMBIT_PLAN_CYCLE']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^AMBIT_PLAN_CYCLE\n {2}when {2}.+\n {2}fix {3}.+\n$/);
    const { stdout: json } = await project.ambit(['explain', 'plan-cycle', '--json']);
    expect(JSON.parse(json)).toMatchObject({
      version: 1,
      code: 'AMBIT_PLAN_CYCLE',
      when: expect.any(String) as string,
      fix: expect.any(String) as string,
    });
  });

  it('of a code that nobody knows is exit code 2', async () => {
    expect(await project.ambit(['explain', 'AMBIT_PLAN_CIRCLE'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean 'AMBIT_PLAN_CYCLE'?") as string,
    });
  });
});

describe('doctor', () => {
  const checksOf = (
    stdout: string,
  ): Readonly<Record<string, { readonly status: string; readonly message: string; readonly hint?: string }>> => {
    const { version, checks } = JSON.parse(stdout) as {
      readonly version: number;
      readonly checks: readonly { readonly name: string; readonly status: string; readonly message: string }[];
    };
    expect(version).toBe(1);
    return Object.fromEntries(checks.map((check) => [check.name, check]));
  };

  it('says what is here', async () => {
    const { code, stdout } = await project.ambit(['doctor', '--json']);
    const checks = checksOf(stdout);
    expect(code).toBe(0);
    expect(checks['node']).toMatchObject({ status: 'ok', message: `Node ${process.versions.node}` });
    expect(checks['builder host']).toMatchObject({ status: 'ok' });
    expect(checks['executor local']?.message).toMatch(/CPUs, .* GiB of memory/);
    for (const name of ['npm', 'python', 'uv', 'docker', 'buildah', 'state', 'machine state', 'cache', 'disk', 'executor local: stops'])
      expect(checks).toHaveProperty([name]);
    expect((await project.ambit(['doctor'])).stdout).toContain('Tasks can run here.');
  });

  it('says what is wrong and how to mend it, and looks at the rest all the same', async () => {
    await project.write({ 'ambit.config.ts': 'export default { executer: 1 };', 'a-file': '' });
    const { code, stdout } = await project.ambit(['doctor', '--json'], {
      env: { AMBIT_STATE: join(project.folder, 'a-file/state'), DOCKER_HOST: 'unix:///nowhere.sock' },
    });
    const checks = checksOf(stdout);
    expect(code).toBe(6);
    expect(checks['configuration']).toMatchObject({
      status: 'error',
      message: expect.stringContaining("Did you mean 'executor'?") as string,
    });
    expect(checks['state']).toMatchObject({ status: 'error', hint: expect.stringContaining('AMBIT_STATE') as string });
    const silent = 'unix:///nowhere.sock (DOCKER_HOST) does not answer: there is no such socket';
    expect(checks['docker']).toMatchObject({ status: 'warning', message: silent });
    await project.write({ 'ambit.config.ts': 'export default {};' });
  });

  it('says what is wrong with a builder, and how to mend it, in its own words', async () => {
    const config = `import { AmbitError, definePlugin } from 'ambit';
      const builder = () => ({ describe: async () => { throw new AmbitError('AMBIT_X', 'You may not.', { hint: 'Join the group.' }); } });
      export default { builders: { mine: definePlugin({ type: 'mine', apiVersion: 1, builder }) } };`;
    await project.write({ 'ambit.config.ts': config });
    const checks = checksOf((await project.ambit(['doctor', '--json'])).stdout);
    expect(checks['builder mine']).toMatchObject({ message: 'You may not.', hint: 'Join the group.' });
    await project.write({ 'ambit.config.ts': 'export default {};' });
  });
});

describe('completion', () => {
  const offered = async (...words: string[]): Promise<readonly string[]> =>
    (await project.ambit(['__complete', ...words])).stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0]!);

  it.each([
    [['r'], ['run', 'runs']],
    [['runs', 'w'], ['wait']],
    [['plan', 'main.ts', '--js'], ['--json']],
    [['plan', ''], [':files']],
    [['run', ''], [':files']],
    [
      ['run', 'main.ts', ''],
      ['fold', 'main'],
    ],
    [['run', 'main.ts', 'fold', '--s'], ['--sequence']],
    [
      ['run', 'main.ts', 'fold', '--sequence', 'A', '--model', ''],
      ['small', 'large'],
    ],
    [['plan', 'main.ts', 'e'], ['e']],
    [['runs', 'list', '--status', 'su'], ['succeeded']],
    [['plan', '--config', ''], [':files']],
    [['explain', 'AMBIT_PLAN_CY'], ['AMBIT_PLAN_CYCLE']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['run', 'none.ts', ''], ['']],
  ])('offers what fits: %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('says what each is', async () => {
    expect((await project.ambit(['__complete', 'run', 'main.ts', 'fo'])).stdout).toBe('fold\tFolds it.\n');
  });

  it('is a script that the shell takes', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await project.ambit(['completion', shell]);
      expect(code).toBe(0);
      const { error, status, stderr } = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
      if (!error) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    expect(await project.ambit(['completion', 'bsh'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean 'bash'?") as string,
    });
  });

  it('works in bash', async () => {
    const { stdout: script } = await project.ambit(['completion', 'bash']);
    const bin = join(project.folder, 'node_modules/ambit/bin/ambit.js');
    const asked = `ambit() { '${process.execPath}' '${bin}' "$@"; }\n${script}\nCOMP_WORDS=(ambit run main.ts fo)\nCOMP_CWORD=3\n_ambit\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    const { error, stdout } = spawnSync('bash', ['-c', asked], {
      cwd: project.folder,
      env: { ...process.env, ...project.env },
      encoding: 'utf8',
    });
    if (!error) expect(stdout).toBe('fold\n');
  });
});
