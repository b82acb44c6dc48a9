import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject, jsonLines } from './test-project.ts';

const main = `import { TaskEnvironment, taskContext } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
const child = new TaskEnvironment({ name: 'child' });
const top = new TaskEnvironment({ name: 'top', dependsOn: [child] });
console.log('the file is loaded');
export const greet = env.task('greet', async (name: string) => { console.log('working'); return \`Hello, \${name}!\`; });
export const double = child.task('double', async (n: number) => 2 * n);
export const all = top.task('all', async (ns: number[] = [1, 2]) => Promise.all(ns.map((n) => double(n))));
export const nothing = env.task('nothing', async () => {});
export const special = env.task('special', async () => ({ at: new Date(0), big: 12n }));
/** Says what it was given.
 * @param maxHits How many */
export const echo = env.task('echo', async (text: string, maxHits = 3, fast = false, tags: string[] = [], when?: Date, size: 'small' | 'large' = 'small') =>
  ({ text, maxHits, fast, tags, when: when?.toISOString() ?? '', size }));
export const taken = env.task('taken', async ({ json, profile = '', noCache = false }: { json: string; profile?: string; noCache?: boolean }) => [json, profile, noCache]);
export const again = env.task('again', { retries: 0 }, async () => taskContext()!.attempt > 1 ? 'at last' : Promise.reject(new Error('not yet'))).override({ retries: 1 });
export const задача = env.task('задача', async (имя: string) => имя);
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'main.ts': main,
    'one.ts': `export { greet } from './main.js';`,
    'input.json': '{"text": "from a file", "when": "2026-01-31"}',
  });
});
afterAll(() => project.remove());

const run = (...words: string[]): ReturnType<TestProject['ambit']> => project.ambit(['run', 'main.ts', ...words]);
async function result(...words: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run('-q', ...words);
  expect({ code, stderr: stderr.replace('the file is loaded\n', '') }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('standard output', () => {
  it('has the result and nothing else: a text as it is', async () => {
    const { code, stdout, stderr } = await run('greet', '--name', 'world');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Hello, world!\n' });
    expect(stderr).toMatch(/^the file is loaded$/m);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d\.\d{3} e\.greet \| working$/m);
    expect(stderr).toMatch(/e\.greet succeeded after \d+ ms/);
  });

  it('has other results as JSON, with tags where they are not plain', async () => {
    expect(await result('all', '--ns', '1', '--ns', '5')).toEqual([2, 10]);
    expect(await result('special')).toEqual({ at: { $date: '1970-01-01T00:00:00.000Z' }, big: { $bigint: '12' } });
  });

  it('has what an exported override gives, with its options', async () => {
    expect(await run('again')).toMatchObject({ code: 0, stdout: 'at last\n' });
    expect(await run('e.again')).toMatchObject({ code: 1 });
  });

  it('is empty where the task gives nothing', async () => {
    expect(await run('nothing')).toMatchObject({ code: 0, stdout: '' });
  });

  it('has one document with --json', async () => {
    const { code, stdout } = await run('greet', '--name', 'x', '--json', '-q');
    expect(code).toBe(0);
    const [document, ...others] = jsonLines(stdout);
    expect(others).toEqual([]);
    expect(document).toEqual({
      version: 1,
      run: expect.stringMatching(/^[a-z]+-[a-z]+-[0-9a-f]{4}$/) as string,
      task: 'e.greet',
      status: 'succeeded',
      result: 'Hello, x!',
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      endedAt: expect.any(String) as string,
      durationMs: expect.any(Number) as number,
    });
  });

  it('has a line per event with --json=events, the last one with the document', async () => {
    const { code, stdout } = await run('all', '--json=events', '-q');
    const events = jsonLines(stdout);
    expect(code).toBe(0);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(['run.created', 'plan.ready', 'action.created']);
    for (const type of ['image.ended', 'attempt.placed', 'attempt.started', 'attempt.ended', 'action.ended']) expect(types).toContain(type);
    expect(types.filter((type) => type === 'action.created')).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({
      type: 'run.ended',
      at: expect.any(String) as string,
      run: { version: 1, task: 'top.all', result: [2, 4] },
    });
    expect(events.find(({ type }) => type === 'run.created')).toMatchObject({ task: 'top.all', input: [] });
    expect(events.find(({ type, task }) => type === 'action.created' && task === 'child.double')).toMatchObject({ input: [1] });
  });
});

describe('parameters', () => {
  it('are flags, with the defaults of the code', async () => {
    expect(await result('echo', '--text', 'a b')).toEqual({ text: 'a b', maxHits: 3, fast: false, tags: [], when: '', size: 'small' });
    const words = ['--text', '-x', '--max-hits', '-5', '--fast', '--tags', 'a', '--tags', 'b', '--when', '2026-01-31', '--size', 'large'];
    const full = { text: '-x', maxHits: -5, fast: true, tags: ['a', 'b'], when: '2026-01-31T00:00:00.000Z', size: 'large' };
    expect(await result('echo', ...words)).toEqual(full);
  });

  it('come from a file or from standard input', async () => {
    expect(await result('echo', '--input', '@input.json', '--maxHits', '1')).toMatchObject({
      text: 'from a file',
      maxHits: 1,
      when: '2026-01-31T00:00:00.000Z',
    });
    const { stdout } = await project.ambit(['run', 'main.ts', 'echo', '-q', '--input', '-'], { stdin: '["piped", 7]' });
    expect(JSON.parse(stdout)).toMatchObject({ text: 'piped', maxHits: 7 });
  });

  it('may be called what flags of Ambit are called', async () => {
    expect(await result('taken', '--json', 'a', '--profile', 'b', '--no-cache')).toEqual(['a', 'b', true]);
  });

  it('and tasks may be called anything', async () => {
    expect((await run('задача', '--имя', 'мир', '-q')).stdout).toBe('мир\n');
  });

  it('have a help', async () => {
    const { code, stdout, stderr } = await run('echo', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Says what it was given.');
    expect(stdout).toMatch(/--maxHits, --max-hits <number> +How many \(default: 3\)/);
    expect(stdout).toMatch(/--size <small\|large>/);
    expect(stderr).not.toContain('AMBIT');
    const tasks = await run('--help');
    expect(tasks.code).toBe(0);
    expect(tasks.stdout).toMatch(/^ {2}echo +Says what it was given\.$/m);
  });

  it.each([
    [['echo'], 'AMBIT_INPUT_MISSING', 'Give it: --text …'],
    [['echo', '--text', 'a', '--text', 'b'], 'AMBIT_USAGE', '--text is given twice'],
    [['echo', '--text', 'a', '--max-hits', 'many'], 'AMBIT_INPUT_INVALID', '--max-hits is many, which is no number'],
    [['echo', '--txt', 'a'], 'AMBIT_USAGE', "Did you mean '--text'?"],
    [['echo', '--text', 'a', '--size', 'smal'], 'AMBIT_INPUT_INVALID', "Did you mean 'small'?"],
    [['echo', '--text', 'a', 'b'], 'AMBIT_USAGE', 'b belongs to none'],
    [['echo', '--input', '{}'], 'AMBIT_INPUT_INVALID', 'Write @file.json'],
    [['echo', '--input', '@none.json'], 'AMBIT_INPUT_INVALID', 'cannot be read'],
    [['greet', '--name', 'x', '--tag', 'y'], 'AMBIT_USAGE', '--tag is y'],
    [['gret'], 'AMBIT_TARGET_UNKNOWN', "Did you mean 'greet'?"],
    [['child'], 'AMBIT_TARGET_NO_TASK', 'a run needs a task'],
    [[], 'AMBIT_TARGET_MISSING', 'exports several tasks: greet, '],
  ])('that are wrong are exit code 2, with a document where one was asked for: %j', async (words, code, message) => {
    const ended = await run(...words, '--json');
    expect(ended.code).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ version: 1, error: { code } });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });
});

describe('flags of Ambit', () => {
  it('stand before and behind the command, the file and the target', async () => {
    for (const words of [
      ['-q', 'run', 'one.ts', '--name', 'x'],
      ['run', '-q', 'one.ts', 'greet', '--name', 'x'],
      ['run', 'one.ts', '-q', 'greet', '--name', 'x'],
      ['-C', '..', 'run', 'project/one.ts', '--name', 'x', '-q'],
      ['run', 'project/one.ts', '-C', '..', '--name', 'x', '-q'],
    ])
      expect(await project.ambit(words)).toMatchObject({ code: 0, stdout: 'Hello, x!\n', stderr: 'the file is loaded\n' });
  });

  it('name the run and tag it', async () => {
    const { stdout } = await project.ambit([
      'run',
      'main.ts',
      'nothing',
      '--name',
      'nightly-1',
      '--tag',
      'a=b=c',
      '--tag',
      'd=',
      '--json',
      '-q',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ run: 'nightly-1' });
    const { stdout: list } = await project.ambit(['runs', 'list', '--json', '--limit', '1']);
    expect(JSON.parse(list)).toMatchObject({ runs: [{ run: 'nightly-1', tags: { a: 'b=c', d: '' } }] });
    const again = await project.ambit(['run', 'main.ts', 'nothing', '--name', 'nightly-1']);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('There is a run nightly-1 already') as string });
  });
});

describe('the configuration', () => {
  const config = (body: string): string => `import { defineConfig } from 'ambit';\nconsole.log('configured');\nexport default ${body};\n`;

  it('is found beside the project, and decides with its profiles', async () => {
    await project.write({
      'sub/package.json': '{"type": "module"}',
      'sub/main.ts': `export { greet } from '../main.js';`,
      'sub/ambit.config.ts': config(`defineConfig({ executor: 'local', profiles: { ci: { builder: 'host' } } })`),
    });
    const why = async (...words: string[]): Promise<string> =>
      (await project.ambit(['plan', 'sub/main.ts', '--why', 'e', ...words])).stdout;
    expect(await why()).toMatch(/executor +local \(configuration\)/);
    expect(await why('--profile', 'ci')).toMatch(/builder +host \(profile ci\)/);
    expect(await why('-p', 'ci', '--executor', 'local')).toMatch(/executor +local \(flag --executor\)/);
  });

  it.each([
    ['defineConfig({ executor: "gpu" } as never)', 'there is no such executor'],
    ['{ executer: "local" }', "Did you mean 'executor'?"],
    ['3', 'exports no configuration'],
    ['(() => { throw new Error("broken") })()', 'broken'],
  ])('that is wrong is exit code 2: %s', async (body, message) => {
    await project.write({ 'wrong.config.ts': config(body) });
    const { code, stdout, stderr } = await project.ambit(['run', 'main.ts', 'nothing', '--config', 'wrong.config.ts']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('that is not there is exit code 2', async () => {
    expect(await run('nothing', '--config', 'none.ts')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no configuration none.ts') as string,
    });
  });
});

describe('two runs at once', () => {
  it('do not disturb each other', async () => {
    const both = await Promise.all(['a', 'b'].map((name) => project.ambit(['run', 'one.ts', '--name', name, '-q'])));
    expect(both.map(({ stdout }) => stdout)).toEqual(['Hello, a!\n', 'Hello, b!\n']);
    expect(project.leftovers()).toEqual([]);
  });
});
