import { data, errors, values } from './mutant.ts';
import type { Mutant } from './mutant.ts';

interface Travelled {
  readonly value: Readonly<Record<string, unknown>> & readonly unknown[];
}
interface Caught {
  readonly facts: object;
  readonly cause: Error;
}

export const valueMutants: readonly Mutant[] = [
  {
    fault: 'values that are JSON',
    caughtBy: 'TB-VALUES-01',
    members: values<Travelled>((told) => ({ ...told, value: { ...told.value, numbers: [0, 0, 1.5, null] } })),
  },
  {
    fault: 'fields without a value that are left out',
    caughtBy: 'TB-VALUES-01',
    members: values<Travelled>(({ value: { missing: _, ...value }, ...told }) => ({ ...told, value })),
  },
  {
    fault: 'two objects where there was one',
    caughtBy: 'TB-VALUES-02',
    members: values<Travelled>((told) => {
      const list = told.value['list'] as readonly object[];
      const copy: Record<string, unknown> = { ...told.value, list: list.map((each) => ({ ...each })) };
      copy['self'] = copy;
      return { ...told, value: copy };
    }),
  },
  {
    fault: 'maps that become objects',
    caughtBy: 'TB-VALUES-03',
    members: values<Travelled>((told) => ({ ...told, value: { ...told.value, map: {} } })),
  },
  {
    fault: 'errors that lose their class',
    caughtBy: 'TB-VALUES-04',
    members: values<Travelled>((told) => ({ ...told, value: [new Error((told.value[0] as Error).message)] })),
  },
  {
    fault: 'large values that are cut',
    caughtBy: 'TB-VALUES-05',
    members: values<{ text: string }>((told) => ({ ...told, text: told.text.slice(0, 2 ** 18) })),
  },
  {
    fault: 'a refusal without a path',
    caughtBy: 'TB-VALUES-06',
    members: values<object>((told) => ({ ...told, message: 'an argument is a function' })),
  },
  {
    fault: 'a refusal after the call was made',
    caughtBy: 'TB-VALUES-06',
    members: data('action.ended', () => ({ action: 'another', status: 'failed' })),
  },
  {
    fault: 'a refused result that is the fault of the place',
    caughtBy: 'TB-VALUES-07',
    members: errors((error) => ({ ...error, failure: 'infrastructure' })),
  },
  {
    fault: 'a cause that is an Error like any other',
    caughtBy: 'TB-ERRORS-01',
    members: values<Caught>((caught) => ({ ...caught, classes: ['Error'] })),
  },
  {
    fault: 'a cause without its fields',
    caughtBy: 'TB-ERRORS-01',
    members: values<Caught>((caught) => ({ ...caught, cause: new RangeError('too long', { cause: caught.cause.cause }) })),
  },
  {
    fault: 'text that is thrown and becomes a message',
    caughtBy: 'TB-ERRORS-02',
    members: values<Caught>((caught) => ({ ...caught, hasValue: false, cause: new Error('boom') })),
  },
  {
    fault: 'stacks of bundles',
    caughtBy: 'TB-ERRORS-03',
    members: errors((error) => ({ ...error, stack: 'RangeError: too long\n    at main.mjs:1:2000' })),
  },
  { fault: 'a place that nobody looks up', caughtBy: 'TB-ERRORS-03', members: errors((error) => ({ ...error, at: 'main.ts:1' })) },
  {
    fault: 'retries of what cannot be helped',
    caughtBy: 'TB-ERRORS-04',
    members: (right) => ({
      start: (task, args) => right.start(task === 'failing_env.gives_up' ? 'failing_env.tries_again' : task, args.length > 0 ? args : [9]),
    }),
  },
  {
    fault: 'an exit with code 0 that is a success',
    caughtBy: 'TB-ERRORS-05',
    members: values(() => undefined),
  },
  {
    fault: 'rejections that nobody tells',
    caughtBy: 'TB-ERRORS-06',
    members: values<Caught>((caught) => ({ ...caught, cause: new Error('it ended') })),
  },
  {
    fault: 'a crash that is blamed on the place',
    caughtBy: 'TB-ERRORS-07',
    members: values<Caught>((caught) => ({ ...caught, facts: { ...caught.facts, failure: 'infrastructure' } })),
  },
  {
    fault: 'files that forget their names',
    caughtBy: 'TB-FILES-01',
    members: values<{ read: readonly (readonly unknown[])[] }>((told) => ({
      ...told,
      read: told.read.map(([key, , ...rest]) => [key, 'file', ...rest]),
    })),
  },
  {
    fault: 'streams that hold the whole file',
    caughtBy: 'TB-FILES-02',
    members: values<{ read: object }>((told) => ({ ...told, read: { ...told.read, inPieces: false } })),
  },
  {
    fault: 'files that end too early',
    caughtBy: 'TB-FILES-02',
    members: values<{ read: { size: number } }>((told) => ({ ...told, read: { ...told.read, size: told.read.size - 1 } })),
  },
  {
    fault: 'files that are read before they are written',
    caughtBy: 'TB-FILES-03',
    members: values(() => ({ code: 'AMBIT_FILE_NOT_WRITTEN', message: 'there is nothing' })),
  },
];
