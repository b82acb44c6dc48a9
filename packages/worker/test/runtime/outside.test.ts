import { describe, expect, it } from 'vitest';
import { group, map, step, taskContext } from '../../src/runtime/index.ts';

describe('outside of a run', () => {
  it('there is no context', () => {
    expect(taskContext()).toBeUndefined();
  });

  it('a group is its function', async () => {
    expect(group('a', () => 1)).toBe(1);
    expect(await group('a', async () => 2)).toBe(2);
    expect(() =>
      group('a', () => {
        throw new RangeError('x');
      }),
    ).toThrow(RangeError);
    expect(() => group('', () => 1)).toThrow('the label');
  });

  it('a step is its function, and always a promise', async () => {
    expect(await step('a', () => 1)).toBe(1);
    expect(await step('a', async () => () => 'cannot travel')).toBeTypeOf('function');
    const broken = step('a', () => {
      throw new RangeError('x');
    });
    await expect(broken).rejects.toThrow(RangeError);
    await expect(step('', () => 1)).rejects.toThrow('the name');
  });

  it('a map calls the function', async () => {
    expect(await map(['a', 'b'], async (item, index) => `${item}${index}`, { concurrency: 1 })).toEqual(['a0', 'b1']);
    expect(() => map(['a'], undefined as never)).toThrow('map: the function is undefined');
  });
});
