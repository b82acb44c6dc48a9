import { describeClauses, executorClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { nicePlace } from './nice-place.ts';

describeClauses('the executor nice', executorClauses, nicePlace, { describe, it });
