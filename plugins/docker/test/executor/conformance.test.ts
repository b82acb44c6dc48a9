import { describeClauses, executorClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { engine } from '../testbed.ts';
import { containerContext } from './container-place.ts';

if (engine === undefined) it.skip('the executor docker [needs docker]');
else describeClauses('the executor docker', executorClauses, containerContext, { describe, it });
