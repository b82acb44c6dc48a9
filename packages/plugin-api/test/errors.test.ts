import { describe, expect, it } from 'vitest';
import { AmbitError } from '../src/index.ts';

const isInstance = (value: unknown): boolean => value instanceof AmbitError;

describe('AmbitError', () => {
  it('carries code, hint, facts and cause', () => {
    const cause = new TypeError('inner');
    const error = new AmbitError('AMBIT_PLAN_CYCLE', 'a -> b -> a', { hint: 'Break the cycle.', facts: { path: ['a', 'b', 'a'] }, cause });
    expect(error).toMatchObject({
      code: 'AMBIT_PLAN_CYCLE',
      message: 'a -> b -> a',
      hint: 'Break the cycle.',
      facts: { path: ['a', 'b', 'a'] },
    });
    expect(error.cause).toBe(cause);
    expect(error).toBeInstanceOf(Error);
  });

  it('is recognised from another copy of the package, and nothing else is', () => {
    class OtherCopy extends Error {
      constructor() {
        super('x');
        Object.assign(this, { [Symbol.for('ambit.error/1')]: true });
      }
    }
    const refuse = (): never => {
      throw new TypeError('never asked');
    };
    const hostile = new Proxy({}, { get: refuse, getPrototypeOf: refuse });
    class Special extends AmbitError {}
    expect(AmbitError.is(new OtherCopy())).toBe(true);
    expect(new OtherCopy()).toBeInstanceOf(AmbitError);
    expect(new OtherCopy()).not.toBeInstanceOf(Special);
    expect(new Special('AMBIT_PLAN_CYCLE', 'm', { hint: 'h' })).toBeInstanceOf(Special);
    expect(new AmbitError('AMBIT_PLAN_CYCLE', 'm', { hint: 'h' })).not.toBeInstanceOf(Special);
    for (const other of [new Error('x'), { code: 'AMBIT_PLAN_CYCLE' }, 'AMBIT_PLAN_CYCLE', null, undefined, hostile]) {
      expect(AmbitError.is(other)).toBe(false);
      expect(isInstance(other)).toBe(false);
    }
  });

  it('has no cause where none was given', () => {
    expect('cause' in new AmbitError('AMBIT_PLAN_CYCLE', 'm', { hint: 'h' })).toBe(false);
  });
});
