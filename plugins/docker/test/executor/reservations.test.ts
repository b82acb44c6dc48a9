import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReserveAnswer } from '@ambit/plugin-api';
import { testClock } from '@ambit/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reservations } from '../../src/executor/reservations.ts';
import { WorkerRecords } from '../../src/executor/worker-records.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ambit-reservations-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const gib = 2 ** 30;

/** What an executor of its own answers: another process has its own, over the same folder. */
function reserve(id: string, run: string, memory: number): ReserveAnswer {
  const reservations = new Reservations({ records: new WorkerRecords(directory), clock: testClock(), place: 'docker' });
  const resources = { cpu: { request: 1 }, ...(memory > 0 && { memory: { request: memory, limit: memory } }) };
  return reservations.reserve({ id, owner: 'owner', run, resources }, { id: 'engine', memory: 8 * gib });
}

describe('memory of an engine that is in use', () => {
  it('is waited for, and other runs that have some are named, each once', () => {
    for (const id of ['a-1', 'a-2']) expect(reserve(id, 'run-a', 2 * gib).outcome).toBe('reserved');
    expect(reserve('b-1', 'run-b', 3 * gib).outcome).toBe('reserved');
    expect(reserve('b-2', 'run-b', 2 * gib)).toEqual({
      outcome: 'wait',
      othersHold: true,
      reason: '2Gi of memory are asked for, and 1Gi of 8Gi are free; other runs have some: run-a',
      retryAfterMs: 1000,
    });
  });

  it('is all its own run has, where no other has any', () => {
    reserve('a-1', 'run-a', 7 * gib);
    reserve('b-1', 'run-b', 0);
    const answer = reserve('a-2', 'run-a', 2 * gib);
    expect(answer).toMatchObject({ outcome: 'wait', reason: '2Gi of memory are asked for, and 1Gi of 8Gi are free' });
    expect(answer).not.toHaveProperty('othersHold');
  });
});
