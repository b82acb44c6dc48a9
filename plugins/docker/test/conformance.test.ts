import { builderClauses, describeClauses, executorClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { dockerContext } from './builder/builder-context.ts';
import { containerContext } from './executor/container-place.ts';
import { engine } from './testbed.ts';

describe.skipIf(engine === undefined)('with a Docker engine (DOCKER_HOST)', () => {
  describeClauses('the builder docker', builderClauses, dockerContext, { describe, it });
  describeClauses('the executor docker', executorClauses, containerContext, { describe, it });
});
