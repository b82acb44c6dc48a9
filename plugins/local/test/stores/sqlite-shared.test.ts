import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testHost } from '@ambit/testkit';
import { sqliteShared } from '@ambit/local';
import { newFolder } from './store-contexts.ts';

it.each([
  ['may not be opened', (file: string) => mkdir(file)],
  ['is no database', (file: string) => writeFile(file, 'x'.repeat(4096))],
])('a file that %s is nothing to be tried again', async (_, make) => {
  const folder = await newFolder();
  const file = join(folder, 'machine.db');
  await make(file);
  const store = sqliteShared({ file }).shared(testHost(folder));
  await expect(store.lease('memory', { holder: 'w-1', ttlMs: 1000, units: 1, capacity: 2 })).rejects.toMatchObject({
    code: 'AMBIT_STATE_UNUSABLE',
    facts: { failure: 'configuration' },
  });
  await store.dispose();
  await rm(folder, { recursive: true });
});
