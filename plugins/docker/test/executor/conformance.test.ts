import { describeClauses, executorClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { engine } from '../testbed.ts';
import { containerContext } from './container-place.ts';

if (engine === undefined) it.skip('the executor docker [needs docker]');
else
  for (const at of ['socket', 'port'] as const)
    describeClauses(`the executor docker of an engine at a ${at}`, executorClauses, () => containerContext(at), { describe, it });
