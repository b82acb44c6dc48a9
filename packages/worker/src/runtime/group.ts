import { checkText, openScope } from '@ambit/plugin-api';

const owner = { title: 'group', facts: { call: 'group' } };
const wanted = { expected: 'text', example: `await group('texts', async () => task(1))` };

/**
 * Runs `fn`, and names what the calls of tasks made in it have in common. Equal calls in different groups are different
 * actions, whatever their order: a group keeps apart what would else be told apart by that.
 */
export function group<R>(label: string, fn: () => R): R {
  return openScope({ group: checkText(owner, 'the label', label, wanted) }).run(fn);
}
