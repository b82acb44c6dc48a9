import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../src/index.ts';
import { temporaryProjects } from '../load/projects.ts';
import type { Files } from '../load/test-project.ts';

const project = temporaryProjects();

/** A library of schemas that check nothing: `says` is what one says of itself, where it can. */
const LIBRARY = `
export const says = (json) => schema(() => json);
const schema = (input) => ({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }), ...(input && { jsonSchema: { input, output: input } }) } });
const chained = (standard, target = () => 0) => {
  const further = () => chained(standard);
  return new Proxy(target, { get: (_, key) => (key === '~standard' ? standard : further()), has: () => true, apply: further });
};
export const z = chained(schema()['~standard']);
export const refusing = chained(schema(() => { throw new Error('a date cannot be said'); })['~standard']);
`;

async function parametersOf(definition: string, files: Files = {}): Promise<readonly Parameter[] | undefined> {
  const main = `import { TaskEnvironment, File } from 'ambit'; import { z, says, refusing } from 'lib'; import { shared } from './shared.js';
export const env = new TaskEnvironment({ name: 'env' }); export { File, refusing, says, shared, z };
${definition}`;
  const made = project({
    'shared.ts': `import { z } from 'lib'; export const shared = z.object({ id: z.string() });`,
    ...files,
    'main.ts': main,
  });
  made.install('lib', LIBRARY);
  const [task] = (await made.load()).tasks;
  return task?.parameters;
}

const plain = { optional: false, rest: false };
const optional = { optional: true, rest: false };
const input = { name: 'input', kind: 'object', ...plain };

describe('a schema that says what it takes', () => {
  const fieldsOf = async (schema: object): Promise<readonly Parameter[] | undefined> => {
    const [parameter] = (await parametersOf(`env.task('t', { input: says(${JSON.stringify(schema)}) }, async (x) => x);`)) ?? [];
    return parameter?.fields;
  };

  it('is one object whose fields are known', async () => {
    const properties = {
      sequence: { type: 'string', description: 'The chain.' },
      count: { type: 'integer', default: 3 },
      fast: { type: 'boolean' },
      model: { enum: ['small', 'large'] },
      tags: { type: 'array', items: { type: 'string' } },
      more: { type: 'object', properties: { depth: { type: 'number' } }, required: ['depth'] },
    };
    const schema = { type: 'object', properties, required: ['sequence', 'count', 'model', 'tags', 'more'] };
    expect(
      await parametersOf(`env.task('t', { input: says(${JSON.stringify(schema)}), retries: 2 }, async ({ sequence }) => sequence);`),
    ).toEqual([
      {
        ...input,
        fields: [
          { name: 'sequence', kind: 'string', description: 'The chain.', ...plain },
          { name: 'count', kind: 'number', default: '3', ...optional },
          { name: 'fast', kind: 'boolean', ...optional },
          { name: 'model', kind: 'enum', values: ['small', 'large'], ...plain },
          { name: 'tags', kind: 'list', of: { kind: 'string' }, ...plain },
          { name: 'more', kind: 'object', fields: [{ name: 'depth', kind: 'number', ...plain }], ...plain },
        ],
      },
    ]);
  });

  it.each<[string, object, object]>([
    ['null besides', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { kind: 'string' }],
    ['null in its type', { type: ['number', 'null'] }, { kind: 'number' }],
    ['null as a value', { enum: ['a', null] }, { kind: 'enum', values: ['a'] }],
    ['one value', { const: 'a' }, { kind: 'enum', values: ['a'] }],
    ['several values', { anyOf: [{ const: 'a' }, { const: 1 }] }, { kind: 'enum', values: ['a', 1] }],
    ['true or false', { enum: [true, false] }, { kind: 'boolean' }],
    ['a mixture', { anyOf: [{ type: 'string' }, { type: 'number' }] }, { kind: 'json' }],
    [
      'texts of two kinds',
      {
        oneOf: [
          { type: 'string', format: 'email' },
          { type: 'string', format: 'uri' },
        ],
      },
      { kind: 'string' },
    ],
    ['a mixture in its type', { type: ['string', 'number'] }, { kind: 'json' }],
    ['values of many kinds', { enum: [1, { a: 1 }] }, { kind: 'json' }],
    ['a record', { type: 'object', additionalProperties: { type: 'string' } }, { kind: 'json' }],
    ['a pair', { type: 'array', prefixItems: [{ type: 'string' }] }, { kind: 'json' }],
    ['anything', {}, { kind: 'json' }],
  ])('may have a field of %s', async (_, property, expected) => {
    expect(await fieldsOf({ type: 'object', properties: { x: property }, required: ['x'] })).toEqual([
      { name: 'x', ...plain, ...expected },
    ]);
  });

  it('may refer to its own parts, also in circles', async () => {
    const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } } };
    const properties = {
      a: { $ref: '#/$defs/a~1b', description: 'Said here.' },
      gone: { $ref: '#/$defs/gone' },
      node: { $ref: '#/$defs/node' },
    };
    const fields = await fieldsOf({ type: 'object', properties, $defs: { 'a/b': { type: 'string', default: 'x' }, node } });
    expect(fields?.slice(0, 2)).toEqual([
      { name: 'a', kind: 'string', description: 'Said here.', default: '"x"', ...optional },
      { name: 'gone', kind: 'json', ...optional },
    ]);
    expect(JSON.stringify(fields?.[2]).match(/next/g)?.length).toBeLessThan(10);
  });

  it('takes what the comment of the task says of a field', async () => {
    const schema = JSON.stringify({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string', description: 'Own.' } } });
    const code = `/** Does it. @param input.a - Of the comment. */
env.task('t', { input: refer(z.object({ a: z.string(), b: z.string() })) }, async (x) => x);
function refer() { return says(${schema}); }`;
    expect((await parametersOf(code))?.[0]?.fields?.map(({ description }) => description)).toEqual([undefined, 'Own.']);
    const written = `/** Does it.\n * @param input.a - Of the comment.\n */\nenv.task('t', { input: z.object({ a: z.string() }) }, async (x) => x);`;
    expect((await parametersOf(written))?.[0]?.fields).toEqual([{ name: 'a', kind: 'string', description: 'Of the comment.', ...plain }]);
  });

  it('may take something that is no object', async () => {
    expect(await parametersOf(`env.task('t', { input: says({ type: 'array', items: { type: 'string' } }) }, async (x) => x);`)).toEqual([
      { name: 'input', kind: 'list', of: { kind: 'string' }, ...plain },
    ]);
  });
});

describe('a schema that does not say what it takes', () => {
  const read = async (schema: string, before = ''): Promise<readonly Parameter[] | undefined> =>
    (await parametersOf(`${before}\nenv.task('t', { input: z.object({ x: ${schema} }) }, async ({ x }) => x);`))?.[0]?.fields;

  it.each<[string, object]>([
    ['z.string().min(1).max(9)', { kind: 'string' }],
    ['z.email()', { kind: 'string' }],
    ['z.iso.datetime()', { kind: 'json' }],
    ['z.number().int().positive()', { kind: 'number' }],
    ['z.coerce.number()', { kind: 'number' }],
    ['z.coerce.date()', { kind: 'date' }],
    ['z.boolean()', { kind: 'boolean' }],
    ['z.bigint()', { kind: 'bigint' }],
    ['z.date()', { kind: 'date' }],
    ['z.instanceof(File)', { kind: 'file' }],
    ['z.instanceof(Map)', { kind: 'json' }],
    [`z.enum(['a', 'b'])`, { kind: 'enum', values: ['a', 'b'] }],
    ['z.enum(MODELS)', { kind: 'enum', values: ['small', 'large'] }],
    [`z.picklist(['a'])`, { kind: 'enum', values: ['a'] }],
    [`z.literal('a')`, { kind: 'enum', values: ['a'] }],
    ['z.literal(true)', { kind: 'boolean' }],
    ['z.array(z.number())', { kind: 'list', of: { kind: 'number' } }],
    ['z.string().array()', { kind: 'list', of: { kind: 'string' } }],
    ['z.array(z.string().optional())', { kind: 'list', of: { kind: 'string' } }],
    ['z.array(z.record(z.string()))', { kind: 'list', of: { kind: 'json' } }],
    ['z.object({ y: z.string() })', { kind: 'object', fields: [{ name: 'y', kind: 'string', ...plain }] }],
    ['z.string().nullable()', { kind: 'string' }],
    ['z.nullable(z.string())', { kind: 'string' }],
    [`z.string().describe('What it is.')`, { kind: 'string', description: 'What it is.' }],
    [`z.pipe(z.string(), z.minLength(1), z.description('What it is.'))`, { kind: 'string', description: 'What it is.' }],
    ['z.string().transform((text) => text.length)', { kind: 'string' }],
    ['z.string().or(z.number())', { kind: 'json' }],
    ['z.union([z.string(), z.number()])', { kind: 'json' }],
    ['z.object({ y: z.string() }).extend({ z: z.string() })', { kind: 'json' }],
    ['other(z)', { kind: 'json' }],
    ['shared', { kind: 'object', fields: [{ name: 'id', kind: 'string', ...plain }] }],
    ['Named', { kind: 'number' }],
  ])('is read where it is written: %s', async (schema, expected) => {
    const before = `const MODELS = ['small', 'large'] as const; const Named = z.number(); const other = (library) => library.string();`;
    expect(await read(schema, before)).toEqual([{ name: 'x', ...plain, ...expected }]);
  });

  it.each<[string, object]>([
    ['z.string().optional()', { kind: 'string' }],
    ['z.optional(z.string())', { kind: 'string' }],
    ['z.string().nullish()', { kind: 'string' }],
    ['z.number().default(3)', { kind: 'number', default: '3' }],
    ['z.optional(z.number(), 2 * 3)', { kind: 'number', default: '2 * 3' }],
    [`z.string().catch('a')`, { kind: 'string' }],
  ])('knows what may be left out: %s', async (schema, expected) => {
    expect(await read(schema)).toEqual([{ name: 'x', ...optional, ...expected }]);
  });

  it('may have a comment for each field', async () => {
    expect(await read('z.string()', '')).toHaveLength(1);
    const code = `env.task('t', { input: z.object({\n  /** The chain. */\n  sequence: z.string(),\n}) }, async (x) => x);`;
    expect((await parametersOf(code))?.[0]?.fields).toEqual([{ name: 'sequence', kind: 'string', description: 'The chain.', ...plain }]);
  });

  it.each([
    ['options that have a name', `const options = { input: z.object({ x: z.string() }) };\nenv.task('t', options, async ({ x }) => x);`],
    ['a schema of its own', `const Input = z.object({ x: z.string() });\nenv.task('t', { input: Input, retries: 1 }, async ({ x }) => x);`],
    ['a schema that cannot say it', `env.task('t', { input: refusing.object({ x: refusing.string() }) }, async ({ x }) => x);`],
  ])('may stand elsewhere: %s', async (_, code) => {
    expect(await parametersOf(code)).toEqual([{ ...input, fields: [{ name: 'x', kind: 'string', ...plain }] }]);
  });

  it.each([`z.lazy(() => z.string())`, `(0, z.string())`, `z.object({ ...rest })`, `refusing`])(
    'is anything where that does not show: %s',
    async (schema) => {
      const code = `const rest = {};\nenv.task('t', { input: ${schema} }, async (x) => x);`;
      expect(await parametersOf(code)).toEqual([{ name: 'input', kind: 'json', ...plain }]);
    },
  );
});

it('a task with a schema for its result only has the parameters of its function', async () => {
  expect(await parametersOf(`env.task('t', { output: z.object({ x: z.string() }) }, async (x: number) => ({ x }));`)).toEqual([
    { name: 'x', kind: 'number', ...plain },
  ]);
});
