import { expect, it } from 'vitest';
import { findDirectories } from '../../src/directories.ts';

const beside = { config: '/project/ambit.config.ts', file: '/project/main.ts' };

it('takes an empty variable for none', () => {
  const empty = { AMBIT_STATE: '', AMBIT_MACHINE_STATE: '', AMBIT_CACHE: '', XDG_STATE_HOME: '', XDG_CACHE_HOME: '' };
  expect(findDirectories(beside, { HOME: '/home/me', ...empty })).toEqual(findDirectories(beside, { HOME: '/home/me' }));
  expect(findDirectories(beside, { HOME: '/home/me', AMBIT_STATE: '/s' })).toMatchObject({
    state: '/s',
    machineState: '/home/me/.local/state/ambit',
    cache: '/home/me/.cache/ambit',
  });
});
