import assert from 'node:assert/strict';
import { clause } from '../clauses/clause.ts';
import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext, BehaviourEnd } from './behaviour-context.ts';
import { behaviourSecrets } from './behaviour-project.ts';
import { allText, failed, run, succeeded, valueOf, written } from './behaviour-steps.ts';

const token = behaviourSecrets['BEHAVIOUR_TOKEN']!;
const key = behaviourSecrets['BEHAVIOUR_KEY']!;

/** The forms in which a secret may leave, at any offset of base64. */
const forms = [
  'hunter2',
  'line of the key',
  encodeURIComponent(token),
  ...[0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + token)
      .toString('base64')
      .slice(4, -4),
  ),
];

function holdsNone(end: BehaviourEnd): void {
  const text = allText(end);
  assert.deepEqual(
    forms.filter((form) => text.includes(form)),
    [],
    'a secret is kept with the run',
  );
}

export const secretClauses: readonly Clause<BehaviourContext>[] = [
  clause(
    'TB-SECRETS-01',
    'Secrets reach the environment that declares them, as variable and as file of mode 0600, and no other.',
    async (context) => {
      const { path, ...told } = (await valueOf(context, 'knowing_env.knows')) as { path: string };
      assert.deepEqual(told, {
        token: token.length,
        key: key.length,
        mode: 0o600,
        variables: ['BEHAVIOUR_KEY', 'TOKEN'],
        others: [],
      });
      assert.ok(path.endsWith('keys/key.pem'), `the file is ${path}`);
    },
  ),
  clause('TB-SECRETS-02', 'The file of a secret is gone after its attempt.', async (context) => {
    assert.equal(await valueOf(context, 'knowing_env.leaves'), true);
  }),
  clause(
    'TB-SECRETS-03',
    'Secrets go out of output: split over writes, encoded, by lines, and from processes that a task starts.',
    async (context) => {
      const end = await run(context, 'knowing_env.prints');
      const [output, errors] = [written(end, 'stdout').toString(), written(end, 'stderr').toString()];
      assert.match(output, /^all \*+ of it\nsplit \*+\n/);
      assert.match(output, /child \*+\nat the end\n$/);
      assert.match(errors, /^base64 .*\*+/);
      holdsNone(end);
    },
  ),
  clause('TB-SECRETS-04', 'Secrets go out of errors: their messages, stacks, causes and fields.', async (context) => {
    const end = await run(context, 'knowing_env.throws');
    assert.match(failed(end).message, /refused \*+/);
    holdsNone(end);
  }),
  clause('TB-SECRETS-05', 'A result that holds a secret is refused, and not altered.', async (context) => {
    const end = await run(context, 'knowing_env.tells');
    const { code, failure } = failed(end);
    assert.deepEqual([code, failure], ['AMBIT_SECRET_IN_VALUE', 'user']);
    holdsNone(end);
  }),
  clause('TB-SECRETS-06', "No process is started with a secret in its arguments or variables but the task's own.", async (context) => {
    const end = await run(context, 'knowing_env.searches');
    assert.deepEqual(succeeded(end), []);
    holdsNone(end);
  }),
];
