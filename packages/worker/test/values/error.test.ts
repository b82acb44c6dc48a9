import { AmbitError } from '@ambit/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { File, TaskError, taskFailureOf } from '../../src/runtime/index.ts';
import { decodeError, decodeValue, encodeError, encodeValue } from '../../src/values/index.ts';
import type { WireError } from '../../src/values/index.ts';
import { anyValue } from './arbitrary-value.ts';

const failed = { failure: 'user', task: 'fold_env.run', environment: 'fold_env', attempt: 2 } as const;
const taskError = (cause?: unknown): TaskError =>
  new TaskError('AMBIT_TASK_FAILED', 'fold_env.run failed', failed, { hint: 'Mend it.', cause });

/** The two ways of an error: as what was thrown, and as a value among others. */
const ways: [string, <T extends Error>(error: T) => T][] = [
  ['thrown', (error) => decodeError(JSON.parse(JSON.stringify(encodeError(error))) as WireError) as typeof error],
  ['in a value', (error) => (decodeValue(encodeValue({ error })) as { error: typeof error }).error],
];

describe.each(ways)('an error that travels: %s', (_way, travel) => {
  it.each([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])('is of its built-in class: %o', (type) => {
    const error = new type('broken');
    const arrived = travel(error);
    expect(Object.getPrototypeOf(arrived)).toBe(type.prototype);
    expect([arrived.name, arrived.message, arrived.stack]).toEqual([type.name, 'broken', error.stack]);
    expect(Object.keys(arrived)).toEqual([]);
  });

  it('keeps name and fields of a class that is not known there', () => {
    class FoldError extends Error {
      override name = 'FoldError';
      residue = 7;
      details = { list: [1n, new Date(0)] };
    }
    const arrived = travel(new FoldError('x'));
    expect(arrived).toBeInstanceOf(Error);
    expect([arrived.name, arrived.residue, arrived.details]).toEqual(['FoldError', 7, { list: [1n, new Date(0)] }]);
    expect(Object.keys(arrived).sort()).toEqual(['details', 'residue']);
  });

  it('is of the built-in class that its class extends, whatever its name', () => {
    class FoldError extends RangeError {
      override name = 'FoldError';
    }
    const arrived = travel(new FoldError('x', { cause: new FoldError('y') }));
    expect([arrived.name, (arrived.cause as Error).name]).toEqual(['FoldError', 'FoldError']);
    expect(arrived).toBeInstanceOf(RangeError);
    expect(arrived.cause).toBeInstanceOf(RangeError);
    const several = travel(Object.assign(new AggregateError([new Error('a')], 'b'), { name: 'FoldErrors' }));
    expect([several.name, several instanceof AggregateError, several.errors.length]).toEqual(['FoldErrors', true, 1]);
  });

  it('leaves out the fields that cannot travel, and keeps the others', () => {
    const error = Object.assign(new Error('request'), {
      status: 500,
      config: { transform: () => 1 },
      socket: new (class Socket {})(),
      tags: ['a'],
    });
    const arrived = travel(error);
    expect(Object.keys(arrived).sort()).toEqual(['status', 'tags']);
  });

  it('keeps its causes, which need not be errors', () => {
    const error = new Error('outer', { cause: new RangeError('middle', { cause: { code: 7 } }) });
    const arrived = travel(error) as Error & { cause: RangeError };
    expect(arrived.cause).toBeInstanceOf(RangeError);
    expect(arrived.cause.cause).toEqual({ code: 7 });
    expect(Object.keys(arrived)).toEqual([]);
  });

  it('keeps the errors of an AggregateError', () => {
    const arrived = travel(new AggregateError([new TypeError('a'), 'b'], 'several'));
    expect(arrived).toBeInstanceOf(AggregateError);
    expect([arrived.message, arrived.errors[1], Object.keys(arrived)]).toEqual(['several', 'b', []]);
    expect(arrived.errors[0]).toBeInstanceOf(TypeError);
  });

  it('is an error of Ambit where it was one', () => {
    const arrived = travel(new AmbitError('AMBIT_OTHER', 'x', { hint: 'Do y.', facts: { list: [1] } }));
    expect(AmbitError.is(arrived)).toBe(true);
    expect(arrived).toMatchObject({ name: 'AmbitError', code: 'AMBIT_OTHER', hint: 'Do y.', facts: { list: [1] } });
  });

  it('is a TaskError where it was one', () => {
    const arrived = travel(taskError(new RangeError('deep')));
    expect(arrived).toBeInstanceOf(TaskError);
    expect(taskFailureOf(arrived)).toEqual(failed);
    expect(arrived).toMatchObject({ code: 'AMBIT_TASK_FAILED', hint: 'Mend it.' });
    expect(arrived.cause).toBeInstanceOf(RangeError);
  });

  it('travels again as it came', () => {
    const error = Object.assign(new TypeError('x', { cause: taskError(new Error('y')) }), {
      file: File.fromUri(`ambit://sha256/${'0'.repeat(64)}`),
    });
    const once = travel(error);
    expect(encodeError(travel(once))).toEqual(encodeError(once));
  });

  it('may refer to itself and to others in circles', () => {
    const error = new Error('a');
    const other = Object.assign(new Error('b', { cause: error }), { parent: error });
    Object.assign(error, { self: error, others: [other], cause: other });
    expect(travel(error)).toMatchObject({ message: 'a', cause: { message: 'b' } });
  });

  it('may have a long chain of causes', () => {
    let error = new Error('0');
    for (let i = 1; i < 200; i += 1) error = Object.assign(new Error(String(i), { cause: error }), { because: error });
    const arrived = travel(error);
    expect([arrived.message, (arrived.cause as Error).message]).toEqual(['199', '198']);
  });
});

describe('what is thrown and is no error', () => {
  it.each([
    ['boom', '"boom" was thrown'],
    [null, 'null was thrown'],
    [undefined, 'undefined was thrown'],
    [3n, '3 was thrown'],
    [{ code: 1 }, '{"code":1} was thrown'],
  ])('arrives as the value of an error: %o', (thrown, message) => {
    const arrived = decodeError(encodeError(thrown));
    expect([arrived.message, (arrived as { value?: unknown }).value]).toEqual([message, thrown]);
  });

  it('arrives so too as the cause of a TaskError', () => {
    const arrived = decodeError({ ...encodeError(taskError()), cause: encodeError('boom') });
    expect(arrived.cause).toBeInstanceOf(Error);
    expect(arrived.cause).toMatchObject({ value: 'boom' });
  });

  it('arrives as a description where it cannot travel', () => {
    expect(decodeError(encodeError(Symbol('x')))).toMatchObject({ value: 'Symbol(x)' });
    expect((decodeError(encodeError(() => 1)) as unknown as { value: string }).value).toContain('1');
  });
});

describe('an error on its way', () => {
  const trap = (): never => {
    throw new Error('trap');
  };
  const traps: ProxyHandler<object> = Object.fromEntries(
    ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'].map((name) => [name, trap]),
  );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const getters = new Error('x');
  for (const name of ['stack', 'name', 'message', 'cause', 'field', 'then', 'toJSON'])
    Object.defineProperty(getters, name, { get: trap, enumerable: true });

  it.each<[string, unknown]>([
    ['a proxy of an error', new Proxy(new Error('x'), traps)],
    ['a proxy of an object', new Proxy({}, traps)],
    ['a proxy of an error that only answers what it is', new Proxy(new Error('x'), { get: trap })],
    ['a revoked proxy', revoked],
    ['getters that throw', getters],
    ['names that are no text', Object.assign(new Error('x'), { name: 3, message: { a: 1 }, stack: null })],
    ['an object whose JSON is nothing', { toJSON: () => undefined }],
    ['a hostile cause', new Error('x', { cause: new Proxy({}, traps) })],
    ['a hostile field', Object.assign(new Error('x'), { field: new Proxy({}, traps) })],
    ['hostile inner errors', new AggregateError([new Proxy(new Error('y'), traps)])],
    ['no prototype', Object.setPrototypeOf(new Error('x'), null)],
    ['a field of a megabyte', Object.assign(new Error('x'), { field: 'x'.repeat(2 ** 20), other: 1 })],
  ])('is made and read without throwing, whatever is thrown: %s', (_what, thrown) => {
    const wire = encodeError(thrown);
    const arrived = decodeError(JSON.parse(JSON.stringify(wire)) as typeof wire);
    expect(arrived).toBeInstanceOf(Error);
    expect([typeof arrived.name, typeof arrived.message, typeof arrived.stack]).toEqual(['string', 'string', 'string']);
    expect(JSON.stringify(wire).length).toBeLessThan(600_000);
  });

  it('is made and read without throwing, whatever hangs on it', () => {
    fc.assert(
      fc.property(anyValue, fc.string(), anyValue, (cause, name, value) => {
        const error = Object.defineProperty(new Error('x', { cause }), name, { value, enumerable: true, configurable: true });
        expect(decodeError(encodeError(error))).toBeInstanceOf(Error);
        expect(decodeError(encodeError(value))).toBeInstanceOf(Error);
      }),
    );
  });

  it('is bounded: long texts are cut, and long chains', () => {
    let error = new Error('x'.repeat(10 ** 6));
    for (let i = 0; i < 1000; i += 1) error = new Error('outer', { cause: error });
    expect(encodeError(new Error('x'.repeat(10 ** 6))).message.length).toBeLessThan(70_000);
    expect(JSON.stringify(encodeError(error)).length).toBeLessThan(100_000);
  });

  it('is read where another version wrote it', () => {
    const arrived = decodeError({
      name: 'Error',
      message: 'x',
      fields: '~[[0],[["surprise"]]]',
      value: '{',
      cause: { name: 'Error', message: 'y' },
    });
    expect(arrived).toMatchObject({ message: 'x', cause: { message: 'y' } });
  });
});
