import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Executor, Reservation } from '@ambit/plugin-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nicePlace } from './nice-place.ts';

let place: Awaited<ReturnType<typeof nicePlace>>;
let reserved: Reservation | undefined;
beforeEach(async () => {
  place = await nicePlace();
});
afterEach(async () => {
  if (reserved) await place.open().stop(reserved, { graceMs: 0 }, never());
  reserved = undefined;
  await place.dispose();
});

function never(): AbortSignal {
  return new AbortController().signal;
}

async function reserve(executor: Executor): Promise<Reservation> {
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const request = place.request({ id: 'worker-1', owner: 'store-1', publicKey });
  const answer = await executor.reserve(request, place.placement, never());
  if (answer.outcome !== 'reserved') throw new Error(answer.reason);
  return (reserved = { ...answer, request });
}

/** As after an engine that died before it could write down what it had started. */
async function forgetOutcome(): Promise<void> {
  rmSync(join(place.stateDirectory, 'workers/worker-1/outcome.json'));
  await place.wait();
}

it('finds a worker whose engine died before it wrote down what it had started', async () => {
  const reservation = await reserve(place.open());
  const handle = await place.open().start(reservation, place.placement, never());
  await forgetOutcome();
  expect(await place.open().find(reservation, never())).toEqual({ is: 'found', handle });
  expect(await place.open().start(reservation, place.placement, never())).toEqual(handle);
});

it('knows of a start that came to no process, and does not make it a second time', async () => {
  const reservation = await reserve(place.open());
  await place.open().start(reservation, place.placement, never());
  await place.open().stop(reservation, { graceMs: 0 }, never());
  for (const name of ['outcome', 'stop']) rmSync(join(place.stateDirectory, `workers/worker-1/${name}.json`));
  rmSync(join(place.machine.cacheDirectory, 'work/worker-1/process'));
  await place.wait();
  expect((await place.open().find(reservation, never())).is).toBe('gone');
  await expect(place.open().start(reservation, place.placement, never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_NOT_STARTED' });
});

it('a process that comes after its start was given up does not become a worker', async () => {
  // `recover` was first: it has taken the name that the process needs.
  const reservation = await reserve(place.open());
  const folder = join(place.machine.cacheDirectory, 'work/worker-1');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'process'), '');
  const executor = place.open();
  const handle = await executor.start(reservation, place.placement, never());
  await expect(executor.connect(handle, never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_GONE' });
});

it('says why a worker could not be started', async () => {
  const path = process.env['PATH'];
  const reservation = await reserve(place.open());
  const executor = place.open();
  process.env['PATH'] = '/nowhere';
  try {
    await expect(executor.start(reservation, place.placement, never())).rejects.toMatchObject({
      code: 'AMBIT_WORKER_NOT_STARTED',
      message: expect.stringContaining('nice') as string,
    });
  } finally {
    process.env['PATH'] = path;
  }
  expect((await place.open().find(reservation, never())).is).toBe('gone');
});

it('gives no GPUs, and says so', async () => {
  const request = {
    ...place.request({ id: 'worker-1', owner: 'store-1', publicKey: '' }),
    resources: { cpu: { request: 1 }, gpu: { count: 1 } },
  };
  expect(await place.open().reserve(request, undefined, never())).toMatchObject({
    outcome: 'never',
    reason: expect.stringContaining('GPU') as string,
  });
});
