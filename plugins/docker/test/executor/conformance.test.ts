import { describeClauses, executorClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { containerContext, noEngine } from './container-place.ts';

if (noEngine === undefined) describeClauses('the executor docker', executorClauses, containerContext, { describe, it });
else it.skip(`the executor docker: ${noEngine}`);
