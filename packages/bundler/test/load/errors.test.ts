import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { temporaryProjects } from './projects.ts';
import type { Files, TestProject } from './test-project.ts';

const project = temporaryProjects();

async function failure(made: TestProject, entry?: string): Promise<AmbitError> {
  const error: unknown = await made.load(entry).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!AmbitError.is(error)) throw new Error('it was loaded, or failed otherwise', { cause: error });
  return error;
}

describe('a project that cannot be loaded', () => {
  it('says that there is no such file, or that it is a folder', async () => {
    const made = project({});
    expect(await failure(made, 'nope.ts')).toMatchObject({
      code: 'AMBIT_LOAD_NOT_FOUND',
      message: `There is no file ${join(made.root, 'nope.ts')}.`,
    });
    expect(await failure(made, '.')).toMatchObject({ code: 'AMBIT_LOAD_NOT_FOUND', message: `${made.root} is a folder, not a module.` });
  });

  it('says who threw, where in the code as it is written, and nothing of us', async () => {
    const made = project({
      'main.ts': `import { outer } from './deep/b.js';\ninterface A { a: 1 }\n\nouter();`,
      'deep/b.ts': `type B = 1;\n\nexport function outer(): void {\n  inner();\n}\nfunction inner(): never {\n  throw new RangeError('too much');\n}`,
    });
    const error = await failure(made);
    expect(error).toMatchObject({
      code: 'AMBIT_LOAD_FAILED',
      message: 'deep/b.ts:7 threw while main.ts was loaded: RangeError: too much',
      facts: { at: 'deep/b.ts:7' },
      cause: { name: 'RangeError', message: 'too much' },
    });
    const frames = [`inner (${made.root}/deep/b.ts:7:`, `outer (${made.root}/deep/b.ts:4:`, `${made.root}/main.ts:4:`];
    for (const stack of [error.stack, (error.cause as Error).stack]) {
      const lines = stack!.split('\n').slice(1);
      expect(lines).toHaveLength(frames.length);
      for (const [index, frame] of frames.entries()) expect(lines[index]).toContain(`at ${frame}`);
    }
  });

  it.each<[string, string, object]>([
    ['a text', `throw 'just text';`, { message: 'main.ts cannot be loaded: just text' }],
    ['nothing', 'throw undefined;', { message: 'main.ts cannot be loaded: undefined' }],
    ['an object', `throw { a: 1 };`, { message: 'main.ts cannot be loaded: { a: 1 }' }],
    [
      'an object that holds itself',
      'const a: any = {}; a.a = a; throw a;',
      { message: 'main.ts cannot be loaded: <ref *1> { a: [Circular *1] }' },
    ],
    ['a plain error', `\nthrow new Error('mine');`, { message: 'main.ts:2 threw while main.ts was loaded: mine' }],
    ['a frozen error', `\nthrow Object.freeze(new Error('mine'));`, { message: 'main.ts:2 threw while main.ts was loaded: mine' }],
    ['a rejection', `\nawait Promise.reject(new Error('mine'));`, { message: 'main.ts:2 threw while main.ts was loaded: mine' }],
    ['an error without frames', `const e = new Error('mine'); e.stack = ''; throw e;`, { message: 'main.ts cannot be loaded: mine' }],
    [
      'a call on nothing',
      `let env: any;\n\nenv.task('a', () => 1);`,
      { message: `main.ts:3 threw while main.ts was loaded: TypeError: Cannot read properties of undefined (reading 'task')` },
    ],
    [
      'a call of what is no function',
      `const env: any = {};\n\nenv.task('a', () => 1);`,
      { message: `main.ts:3 threw while main.ts was loaded: TypeError: env.task is not a function` },
    ],
    [
      'a long call of what is no function',
      `const env: any = {};\n\nenv\n  .task('${'a'.repeat(200)}', () => 1);`,
      { facts: { at: 'main.ts:3' } },
    ],
  ])('says what was thrown: %s', async (_, code, expected) => {
    expect(await failure(project(code))).toMatchObject({ code: 'AMBIT_LOAD_FAILED', ...expected });
  });

  it('passes on what Ambit says of a definition, with the place', async () => {
    const error = await failure(
      project(
        `import { TaskEnvironment } from 'ambit';\nconst env = new TaskEnvironment({ name: 'env' });\nenv.task('t', async () => 1);\nenv.task('t', async () => 2);`,
      ),
    );
    expect(error).toMatchObject({ code: 'AMBIT_DEFINE_DUPLICATE_TASK', facts: { at: 'main.ts:4', first: 'main.ts:3' } });
    expect(error.stack!.split('\n').slice(1)).toEqual([expect.stringMatching(/at .*\/main\.ts:4:1$/)]);
  });

  it('names the place of a definition where no frame does', async () => {
    const deep = `import { TaskEnvironment } from 'ambit';\nError.stackTraceLimit = 1;\nexport const limited = 1;\nnew TaskEnvironment({ name: 'NOT A NAME' });`;
    const limit = Error.stackTraceLimit;
    const error = await failure(project(deep)).finally(() => {
      Error.stackTraceLimit = limit;
    });
    expect(error).toMatchObject({ facts: { at: 'main.ts:4' } });
  });

  it('points into a package that throws, and names the file that was to be loaded', async () => {
    const made = project(`import 'bad';`);
    made.install('bad', `\nnull.x;`);
    const error = await failure(made);
    expect(error).toMatchObject({
      code: 'AMBIT_LOAD_FAILED',
      message: `main.ts cannot be loaded: TypeError: Cannot read properties of null (reading 'x')`,
    });
    expect(error.stack).toContain(join(made.root, 'node_modules/bad/index.js:2:6'));
  });

  it.each<[string, Files, object]>([
    [
      'code that is no code',
      { 'main.ts': `import { b } from './b.js';\nb;`, 'b.ts': `export const b = 1;\n  const x = (;` },
      { message: 'b.ts:2:14 cannot be read: Unexpected ";", in: const x = (;', facts: { at: 'b.ts:2' } },
    ],
    [
      'a name declared twice, behind marks in its line',
      { 'main.ts': `import { TaskEnvironment } from 'ambit';\nconst env = new TaskEnvironment({ name: 'env' }); const env = 2;` },
      { message: expect.stringMatching(/^main\.ts:2:57 cannot be read: The symbol "env" has already been declared/) as string },
    ],
    [
      'JSON that is none',
      { 'main.ts': `import data from './data.json';\ndata;`, 'data.json': '{\n"a": }' },
      { facts: { at: 'data.json:2' } },
    ],
  ])('says where %s stands', async (_, files, expected) => {
    const error = await failure(project(files));
    expect(error).toMatchObject({ code: 'AMBIT_LOAD_SYNTAX', ...expected });
    expect(error.stack).toBe(`AmbitError: ${error.message}`);
  });

  it.each<[string, Files, object]>([
    [
      'a file',
      {
        'main.ts': `import { TaskEnvironment } from 'ambit'; new TaskEnvironment<\n'env'>({ name: 'env' });\nimport { b } from './nope.js';\nb;`,
      },
      { message: 'main.ts:3 imports what cannot be found: Could not resolve "./nope.js".', facts: { at: 'main.ts:3' } },
    ],
    ['a name', { 'main.ts': `import { b } from './b.js';\nb;`, 'b.ts': 'export const a = 1;' }, { facts: { at: 'main.ts:1' } }],
    ['a name of the package.json', { 'main.ts': `import { b } from '#b';\nb;` }, { facts: { at: 'main.ts:1' } }],
    ['a file of an unknown kind', { 'main.ts': `import './style.scss';`, 'style.scss': '' }, { facts: { at: 'main.ts:1' } }],
  ])('says where %s is imported that is not there', async (_, files, expected) => {
    expect(await failure(project(files))).toMatchObject({ code: 'AMBIT_LOAD_IMPORT', ...expected });
  });

  it('says that the cache cannot be written, and how to name another', async () => {
    const made = project('export const a = 1;');
    writeFileSync(made.cacheDirectory, 'a file in its place');
    expect(await failure(made)).toMatchObject({ code: 'AMBIT_LOAD_CACHE', hint: expect.stringContaining('AMBIT_CACHE') as string });
  });

  it('can be loaded when it is mended', async () => {
    const made = project(`throw new Error('no');`);
    await failure(made);
    made.write({ 'main.ts': 'export const a = (;' });
    await failure(made);
    made.write({ 'main.ts': 'export const a = 1;' });
    expect((await made.load()).exports).toEqual({ a: 1 });
  });
});
