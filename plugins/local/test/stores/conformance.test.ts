import { describeClauses, objectStoreClauses, runStoreClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { folderContext, sqliteContext } from './store-contexts.ts';

describeClauses('sqliteRuns', runStoreClauses, () => sqliteContext(), { describe, it });
describeClauses('folderObjects', objectStoreClauses, folderContext, { describe, it });
