import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** Has the tests of a file make temporary folders in one of their own, which this gives. */
export function useOwnTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-testkit-'));
  const before = process.env['TMPDIR'];
  beforeAll(() => {
    process.env['TMPDIR'] = folder;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, maxRetries: 5 });
  });
  return folder;
}
