import { expect, it, vi } from 'vitest';
import * as here from '../../src/index.ts';
import { expectRefusal } from './refusal.ts';

vi.resetModules();
const there = await import('../../src/index.ts');

it('are two', () => {
  expect(there.TaskEnvironment).not.toBe(here.TaskEnvironment);
  expect(there.Image).not.toBe(here.Image);
});

it.each([
  ['one', here, there],
  ['the other', there, here],
])('know each other: values of %s are used by the next', (_which, mine, other) => {
  const image = mine.Image.fromDebianBase().withNpmPackages('a');
  const child = new mine.TaskEnvironment({ name: 'child', image });
  const task = child.task('t', (n: number) => n + 1);
  const parent = new other.TaskEnvironment({ name: 'parent', image, dependsOn: [child] });
  expect(other.environmentDefinition(parent)?.image).toBe(mine.imageDescription(image));
  expect(other.environmentDefinition(parent)?.dependsOn[0]?.environment).toBe(mine.environmentDefinition(child));
  expect(other.taskFacts(task)).toBe(mine.taskFacts(task));
  expect(other.isTask(task) && other.isEnvironment(child)).toBe(true);
  expectRefusal(() => other.environmentDefinition(child) && child.addDependency(child), { code: 'AMBIT_DEFINE_SELF_DEPENDENCY' });
});
