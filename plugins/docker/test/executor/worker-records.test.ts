import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkerRecords } from '../../src/executor/worker-records.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ad-records-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('what is written of a worker', () => {
  it('is what was written first, whoever writes it again', () => {
    const [one, other] = [new WorkerRecords(directory), new WorkerRecords(directory)];
    expect(one.settle('w-1', 'started', { container: 'a' })).toEqual({ container: 'a' });
    expect(other.settle('w-1', 'started', { container: 'b' })).toEqual({ container: 'a' });
    expect(readdirSync(join(directory, 'workers/w-1'))).toEqual(['started.json']);
    one.forget('w-1');
    expect(other.read('w-1', 'started')).toBeUndefined();
    expect(other.ids()).toEqual([]);
  });

  it('that cannot be written now or later is nothing to be tried again', () => {
    writeFileSync(join(directory, 'workers'), '');
    const error = { code: 'AMBIT_STATE_UNUSABLE', facts: expect.objectContaining({ failure: 'configuration' }) as object };
    expect(() => new WorkerRecords(directory).settle('w-1', 'started', { container: 'a' })).toThrow(expect.objectContaining(error));
  });

  it('never leaves its folder', () => {
    expect(() => new WorkerRecords(directory).forget('../other')).toThrow('no DNS label');
  });
});
