import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builderClauses, describeClauses } from '@ambit/testkit';
import { afterAll, describe, it } from 'vitest';
import { pnpmPlace } from './pnpm-place.ts';

// One for all clauses, so that pnpm itself is installed once; their images differ.
const cache = mkdtempSync(join(tmpdir(), 'own-builder-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

describeClauses('the builder pnpm', builderClauses, () => pnpmPlace(cache), { describe, it });
