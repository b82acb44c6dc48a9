import { describe, expect, it } from 'vitest';
import { AmbitError } from '../src/index.ts';

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
    expect(AmbitError.is(new OtherCopy())).toBe(true);
    for (const other of [new Error('x'), { code: 'AMBIT_PLAN_CYCLE' }, 'AMBIT_PLAN_CYCLE', null, undefined])
      expect(AmbitError.is(other)).toBe(false);
  });

  it('has no cause where none was given', () => {
    expect('cause' in new AmbitError('AMBIT_PLAN_CYCLE', 'm', { hint: 'h' })).toBe(false);
  });
});
