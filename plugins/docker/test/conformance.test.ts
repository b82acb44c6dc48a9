import { builderClauses, describeClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { dockerContext } from './builder/builder-context.ts';
import { engine } from './testbed.ts';

describe.skipIf(engine === undefined)('with a Docker engine (DOCKER_HOST)', () => {
  describeClauses('the builder docker', builderClauses, dockerContext, { describe, it });
});
