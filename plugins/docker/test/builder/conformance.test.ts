import { builderClauses, describeClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { engine } from '../testbed.ts';
import { dockerContext } from './builder-context.ts';

if (engine === undefined) it.skip('the builder docker [needs docker]');
else describeClauses('the builder docker', builderClauses, dockerContext, { describe, it });
