import { afterEach, describe, expect, it } from 'vitest';
import { codeOf, main, removeProjects } from '../bundle/bundle-project.ts';

afterEach(removeProjects);

/** Schemas that say when they are made, and what they are asked. */
const SCHEMAS = `export const schema = (name) => {
  console.log('makes', name);
  return { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: [name, value] }) } };
};`;
const DRAGGED = `import 'dragged'; export const retries = () => 2;`;
const HEAD = `import { schema } from './schemas.js'; import { retries } from './dragged.js';\n`;
const FILES = { 'schemas.ts': SCHEMAS, 'dragged.ts': DRAGGED };

async function made(definition: string): Promise<{ readonly code: string; readonly result: unknown; readonly printed: readonly string[] }> {
  const project = main(HEAD + definition, FILES);
  project.install('dragged', '');
  const bundle = await project.bundle('own');
  expect(bundle.packages).toEqual([]);
  const { result, printed } = await project.run(bundle, 'own.t', [1]);
  return { code: codeOf(bundle).replace(/\s+/g, ' '), result, printed };
}

describe('the schemas of a task of its own', () => {
  it('stay, and nothing else of its options does', async () => {
    const { code, result, printed } = await made(
      `export const t = own.task('t', { input: schema('in'), retries: retries(), output: schema('out'), timeout: '5m' }, async (x) => x);`,
    );
    expect(code).toContain(`__ambit_defineTask("own.t", async (x) => x, { input: schema("in"), output: schema("out") })`);
    expect(code).not.toContain('5m');
    expect([result, printed]).toEqual([
      ['out', ['in', 1]],
      ['makes in', 'makes out'],
    ]);
  });

  it.each([
    ['one of them', `{ output: schema('out') }`, ['out', 1], `{ output: schema("out") }`],
    ['a shorthand', `{ input, retries: 1 }`, ['in', 1], `{ input }`],
    ['a key in quotes', `{ 'input': schema('in') }`, ['in', 1], `{ input: schema("in") }`],
    ['after what is spread', `{ ...common, retries: retries(), input: schema('in') }`, ['in', 1], `{ input: schema("in") }`],
    ['in parentheses', `({ input: (console.log('comma'), schema('in')) })`, ['in', 1], `{ input: (console.log("comma"), schema("in")) }`],
    ['with a type', `{ input: schema('in') as any, retries: 1 } satisfies object`, ['in', 1], `{ input: schema("in") }`],
    ['the last of two', `{ input: schema('first'), retries: 1, input: schema('in') }`, ['in', 1], `{ input: schema("in") }`],
  ])('are found where they are written: %s', async (_, options, expected, kept) => {
    const before = `const input = schema('in'); const common = { retries: 1 };\n`;
    const { code, result } = await made(`${before}export const t = own.task('t', ${options}, async (x) => x);`);
    expect(code).toContain(`async (x) => x, ${kept})`);
    expect(result).toEqual(expected);
  });

  it.each([
    ['a name', 'options'],
    ['a call', `makeOptions()`],
    ['spread', `{ ...options, retries: 3 }`],
    ['spread after it', `{ input: schema('other'), ...options }`],
    ['a computed key', `{ [key]: options.input, output: options.output }`],
    ['a getter', `{ get input() { return options.input; }, output: options.output }`],
    ['a condition', `1 < 2 ? options : {}`],
    ['a sequence', `(0, options)`],
  ])('are taken from options that cannot be told apart: %s', async (_, options) => {
    const before = `const key = 'input'; const options = { input: schema('in'), output: schema('out') }; const makeOptions = () => options;\n`;
    const { code, result, printed } = await made(`${before}export const t = own.task('t', ${options}, async (x) => x);`);
    expect(code).toMatch(/defineTask\("own.t", async \(x\) => x, \(\(\{ input, output \}\) => \(\{ input, output \}\)\)\(/);
    expect(result).toEqual(['out', ['in', 1]]);
    expect(printed.slice(0, 2)).toEqual(['makes in', 'makes out']);
  });

  it('are none where options have a name and hold none', async () => {
    const { code, result } = await made(
      `const options = { retries: retries() };\nexport const t = own.task('t', options, async (x) => x);`,
    );
    expect(code).not.toContain('options');
    expect(result).toBe(1);
  });

  it('may be those of a function given by name', async () => {
    const { result } = await made(
      `const double = async (x) => x.length * 2;\nexport const t = own.task('t', { input: schema('in') }, double);`,
    );
    expect(result).toBe(4);
  });

  it('bring the packages that they need', async () => {
    const project = main(`import { z } from 'lib';\nexport const t = own.task('t', { input: z.object() }, async (x) => x);`);
    project.install(
      'lib',
      `export const z = { object: () => ({ '~standard': { version: 1, vendor: 'lib', validate: (value) => ({ value }) } }) };`,
    );
    const { packages } = await project.bundle('own');
    expect(packages).toEqual([{ name: 'lib', specifier: 'lib', chain: ['main.ts:3'], optional: false }]);
    expect((await project.bundle('other')).packages).toEqual([]);
  });

  it('keep where their code stands', async () => {
    const check = `export const t = own.task(
  't',
  {
    retries: 3,
    input: { '~standard': { version: 1, vendor: 'test', validate: (value) => {
      throw new Error('refused');
    } } },
  },
  async (x) => x,
);`;
    const project = main(check);
    const failure = project.run(await project.bundle('own'), 'own.t', [1]);
    await expect(failure).rejects.toThrow(/main\.ts:8:13/);
  });
});

it('leaves out the schemas of other environments', async () => {
  const project = main(
    `${HEAD}export const t = own.task('t', async () => theirs());\nexport const theirs = other.task('theirs', { input: schema('theirs') }, async (x) => x);`,
    FILES,
  );
  project.install('dragged', '');
  const code = await project.code('own');
  expect(code).not.toContain('schema');
  expect(code).toContain('__ambit_task("other.theirs")');
});

it('counts tasks that schemas call', async () => {
  const project = main(`const check = (value) => ({ value: theirs(value) });
export const theirs = other.task('theirs', async (x) => x);
export const t = own.task('t', { input: { '~standard': { version: 1, vendor: 'test', validate: check } } }, async (x) => x);`);
  expect((await project.bundle('own')).calls).toEqual([{ task: 'other.theirs', environment: 'other', at: 'main.ts:3' }]);
});
