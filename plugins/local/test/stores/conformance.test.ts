import { describeClauses, objectStoreClauses, runStoreClauses, sharedStateClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { folderContext, sharedContext, sqliteContext } from './store-contexts.ts';

describeClauses('sqliteRuns', runStoreClauses, () => sqliteContext(), { describe, it });
describeClauses('sqliteShared', sharedStateClauses, sharedContext, { describe, it });
describeClauses('folderObjects', objectStoreClauses, folderContext, { describe, it });
