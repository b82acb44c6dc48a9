import { expect, it } from 'vitest';
import { TaskEnvironment, definitionStack } from '../../src/index.ts';
import { marked } from './marked.ts';

it('remembers the frames of the program that defines a task or environment, and none of ours', () => {
  const env = new TaskEnvironment({ name: 'e' });
  const task = env.task('t', () => 1);
  for (const value of [env, task]) {
    const frames = (definitionStack(value) ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
    expect(frames[0]).toContain('defined-at.test.ts');
    expect(frames.join('\n')).not.toContain('/core/src/');
  }
});

it('remembers a subclass by who called it', () => {
  class GpuEnvironment extends TaskEnvironment {}
  expect(definitionStack(new GpuEnvironment({ name: 'gpu' }))?.split('\n')[1]).toContain('defined-at.test.ts');
});

it('remembers nothing where the place is known, nor of other values', () => {
  expect(definitionStack(marked('main.ts:1', () => new TaskEnvironment({ name: 'e' })))).toBeUndefined();
  expect(definitionStack({})).toBeUndefined();
});
