import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bothWays, marked } from './marked-code.ts';

/** Things that say what was done with them. */
const things = `
const log = [];
const note = (value) => { log.push(value); return value; };
class Thing {
  static made = 0;
  static fromBase(...args) { return new this('from', ...args); }
  constructor(...args) { this.args = args; this.target = new.target?.name; Thing.made += 1; }
  #hidden = 7;
  get self() { return this; }
  task(...args) { return ['task', this.#hidden, this.args.length, args.map((arg) => typeof arg === 'function' ? arg() : arg)]; }
  withEnv(...args) { log.push(['withEnv', args.length]); return this; }
  addDependency() { return this; }
  cloneWith(...args) { return new Thing(...args); }
  other(...args) { return args; }
}
class Sub extends Thing {
  task(...args) { return ['sub', super.task(...args)]; }
}
class PathName {
  toString() { return 'node:path'; }
}
const thing = new Thing(1);
const nothing = undefined;
const spaces = { Thing, thing };
const list = [1, 2, 3];
`;

const forms: Readonly<Record<string, string>> = {
  'a call': `thing.task('a', () => 1)`,
  'no arguments': `thing.task()`,
  'only a comment for arguments': `thing.task(/* ( none */)`,
  'a trailing comma': `thing.task('a',)`,
  'spread arguments': `thing.task(...list, ...[4])`,
  'this stays': `thing.task.call(thing, 1)`,
  'type arguments': `(thing as any).task<string, Array<number>>('a')`,
  'type arguments and comments': `(thing as any) /* ( */ . /* ) */ task /* ( */ <string /* ( */> // (\n ('a')`,
  'casts and assertions': `((thing as unknown) as Thing)!.task('a') satisfies unknown`,
  'optional chaining to something': `thing?.task('a')`,
  'optional chaining to nothing': `(nothing as any)?.task(note('never'))`,
  'optional chaining further left': `(nothing as any)?.self.task(note('never')).task('b')`,
  'optional calls': `(thing as any).nope?.(1)`,
  'an optional call of the method': `(thing as any).task?.('a')`,
  'optional chaining behind': `(thing.task('a') as any)?.length`,
  'a parenthesised chain': `(thing?.self).task('a')`,
  'computed names': `thing['task']('a')`,
  'chained calls': `thing.withEnv(1).withEnv(2)\n  .withEnv(3)\n  .task('x')`,
  'nested calls': `thing.task(thing.task(thing.task('a')))`,
  'an assignment': `(() => { let x; x = thing.task('a'); return x; })()`,
  'in a template': '`${thing.task(1)} and ${new Thing().args.length}`',
  'await inside': `thing.task(await Promise.resolve('a'), await thing.task('b'))`,
  'await outside': `await thing.task('a')`,
  'yield inside': `[...(function* () { yield thing.task(yield 'a', yield); })()]`,
  'arguments inside': `(function () { return thing.task(arguments.length, ...arguments); })(1, 2)`,
  'this inside': `(function () { return thing.task(() => this.x, this.x); }).call({ x: 5 })`,
  'an arrow without braces': `(() => thing.task('a'))()`,
  'an object literal as result': `(() => ({ a: thing.task('a') }))()`,
  'no semicolons': `(() => { const a = thing\n  .task('a')\nthing.withEnv()\nnew Thing()\nreturn a })()`,
  'super calls': `new Sub(1).task('a')`,
  'private members': `new (class { #t = thing; go() { return this.#t.task('a'); } })().go()`,
  'a class expression': `new (class extends Thing { constructor() { super('x'); } })().args`,
  'static blocks': `(() => { class A { static made: any; static { A.made = thing.task('s'); } } return A.made; })()`,
  fields: `new (class { made = thing.task('f'); })().made`,
  decorators: `(() => { const seen: any[] = []; const wrap = { task: (...a: any[]) => (cls: any) => { seen.push(a); return cls; } }; @wrap.task('x') class A {} return [seen, typeof A]; })()`,
  new: `new Thing(1, 2).args`,
  'new without parentheses': `[(new Thing).args, new Thing instanceof Thing]`,
  'new with type arguments': `[new (Thing as any)<string>(1).args, (new (Thing as any)<string>).args]`,
  'new of a member': `new spaces.Thing(1).args`,
  'new of what a call gives': `new (thing.other(Thing)[0])(3).args`,
  'new target': `[new Thing().target, new Sub().target, new spaces.Thing().target]`,
  'new over lines': `new\n  Thing\n  (\n  1)\n  .args`,
  'new in new': `new Thing(new Thing(new Thing)).args.length`,
  'new of built-ins': `[new Map([[1, 2]]).get(1), new Set(list).size, new URL('http://a/b').pathname, new Error('x').message]`,
  'a computed import': `Object.keys(await import('node:' + 'path')).includes('join')`,
  'a computed import of what new gives': `typeof (await import(new PathName)).join`,
  'static factories': `Thing.fromBase(1, 2).args`,
  'factories keep their class': `Sub.fromBase().target`,
  'what is thrown': `thing.task(() => { throw new RangeError('mine'); })`,
  'calling what is not there': `(thing as any).cloneWith().nope.task('a')`,
  'calling what is no function': `(() => { const made: any = {}; return made.task('a'); })()`,
  'constructing what is no constructor': `(() => { const made: any = { Thing: 5 }; return new made.Thing(); })()`,
  'delete and typeof and void': `[typeof thing.task('a'), void thing.task('b')]`,
  'a comma': `(thing.withEnv(1), thing.task('a'))`,
  'a condition': `thing.self ? thing.task('y') : thing.task('n')`,
  'destructuring with a default': `(() => { const { a = thing.task('d') } = {} as any; return a; })()`,
  'a parameter default': `((a = thing.task('d')) => a)()`,
  'a tagged template': '((parts: any, ...values: any[]) => values)`${thing.task(1)}`',
  'labels and loops': `(() => { const out: any[] = []; task: for (const i of list) { if (i === 2) continue task; out.push(thing.task(i)); } return out; })()`,
  'async iteration': `await (async () => { const out: any[] = []; for await (const x of list.map((i) => thing.task(i))) out.push(x); return out; })()`,
  'surrogate pairs and accents before it': `['😀é', thing.task('😀'), '…', thing.task('é')]`,
  'a regular expression with a parenthesis': `[/\\(/.test('('), thing.task(/[(]/.source)]`,
};

function outcomes(source: string): string {
  return `${things}
const run = async (form) => {
  log.length = 0;
  try { return { value: await form(), log: [...log] }; } catch (error) { return { error: String(error), log: [...log] }; }
};
export const result = {};
${source}`;
}

function shown(result: unknown): string {
  return inspect(result, { depth: 20, breakLength: 80 });
}

describe('a marked module', () => {
  it('means the same as before, whatever form a call has', async () => {
    const lines = Object.entries(forms).map(([name, form]) => `result[${JSON.stringify(name)}] = await run(async () => (${form}));`);
    const [plain, withMarks] = await bothWays(outcomes(lines.join('\n')));
    expect(shown(withMarks.result)).toBe(shown(plain.result));
    const failing = ['what is thrown', 'calling what is not there', 'calling what is no function', 'constructing what is no constructor'];
    const failed = Object.entries(plain.result as Record<string, object>).filter(([, outcome]) => 'error' in outcome);
    expect(failed.map(([name]) => name)).toEqual(failing);
  });

  it('means the same as before, whatever is nested in what', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(expression(), { minLength: 5, maxLength: 20 }), async (expressions) => {
        const lines = expressions.map((each, index) => `result[${index}] = await run(async () => (${each}));`);
        const [plain, withMarks] = await bothWays(outcomes(lines.join('\n')));
        expect(shown(withMarks.result)).toBe(shown(plain.result));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps its lines, so that what esbuild reports is where it was', () => {
    const source = `thing\n  .task<\n string>(\n 'a');\nnew\n  Thing<\n number>(1);\nexport const at = 9;`;
    const { code } = marked(source);
    expect(code.split('\n').findIndex((line) => line.includes('at = 9'))).toBe(source.split('\n').length - 1);
  });

  it('is as it was where nothing in it is marked', () => {
    const source = 'export const a = new Map();\n';
    expect(marked(source)).toEqual({ code: source, sites: [] });
  });
});

/** Receivers are always there: on nothing, JavaScript fails before it looks at the arguments, a mark after. */
function expression(): fc.Arbitrary<string> {
  return fc.letrec<{ any: string; thing: string; args: string }>((tie) => ({
    args: fc
      .array(fc.tuple(fc.constantFrom('', '', '...[0].concat(', '/* ) */'), tie('any')), { maxLength: 3 })
      .map((args) => args.map(([before, arg]) => (before.endsWith('(') ? `${before}[${arg}])` : `${before}${arg}`)).join(', ')),
    thing: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('thing', 'spaces.thing', '(thing as any)', 'thing!', 'thing.self', 'new Thing', '(await thing)'),
      fc
        .tuple(tie('thing'), fc.constantFrom('.withEnv', '?.withEnv', '\n.addDependency', '.cloneWith'), tie('args'))
        .map((parts) => callOf(parts)),
      fc.tuple(fc.constantFrom('Thing', 'Sub', 'spaces.Thing', '(Sub)'), tie('args')).map(([name, args]) => `new ${name}(${args})`),
      fc.tuple(tie('any'), tie('thing')).map(([first, last]) => `(${first}, ${last})`),
    ),
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('1', `'a'`, 'null', '`t`', '() => note(1)'),
      fc
        .tuple(tie('thing'), fc.constantFrom('.task', '?.task', '.other', '.task /* ( */', '?.self.task'), tie('args'))
        .map((parts) => callOf(parts)),
      tie('thing').map((thing) => `${thing.startsWith('new ') ? `(${thing})` : thing}.args.length`),
      tie('any').map((any) => `note(${any})`),
      tie('any').map((any) => `await (${any})`),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a}) ? { a: ${b} } : (${b})`),
      tie('any').map((any) => `(async () => { const y = ${any}; return y })()`),
      tie('any').map((any) => '`${' + any + '}`'),
    ),
  })).any;
}

function callOf([receiver, method, args]: [string, string, string]): string {
  return `${receiver.startsWith('new ') ? `(${receiver})` : receiver}${method}(${args})`;
}
