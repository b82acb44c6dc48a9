import { expect, it } from 'vitest';
import { userStack } from '../../src/values/user-stack.ts';

const bundle = `/cache of/work/w-1/bundles/${'0a'.repeat(32)}`;

it('calls the files of a bundle as they are called in the project', () => {
  const stack = [
    'Error: no',
    `    at f (${bundle}/fold/run.ts:17:9)`,
    `    at file://${bundle}/main.ts:3:4`,
    '    at g (/elsewhere/a.js:1:1)',
  ].join('\n');
  expect(userStack(stack)).toBe(
    ['Error: no', '    at f (fold/run.ts:17:9)', '    at main.ts:3:4', '    at g (/elsewhere/a.js:1:1)'].join('\n'),
  );
});

it('leaves the message as it is', () => {
  expect(userStack(`Error: cannot read ${bundle}/x\n    at f (${bundle}/a.ts:1:1)`)).toBe(
    `Error: cannot read ${bundle}/x\n    at f (a.ts:1:1)`,
  );
});

it('cuts frames that are below every task', () => {
  expect(userStack('Error: no\n    at f (a.ts:1:1)\n    at async process (node:internal/process/task_queues:95:5)')).toBe(
    'Error: no\n    at f (a.ts:1:1)',
  );
});
