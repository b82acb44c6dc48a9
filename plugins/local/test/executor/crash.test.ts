import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkerRecords } from '../../src/executor/worker-records.ts';
import { processTable } from '../../src/machine/process-table.ts';
import { ExecutorPlace, greeting, never, until } from './executor-place.ts';

let place: ExecutorPlace;
beforeEach(() => {
  place = new ExecutorPlace();
});
afterEach(() => place.dispose());

const starter = fileURLToPath(new URL('../fixtures/start-and-hang.ts', import.meta.url));

describe('after the engine was killed', () => {
  it('another one finds its worker, talks to it, and stops it', async () => {
    const reservation = await place.reserve(place.open());
    const order = join(place.directory, 'order.json');
    writeFileSync(
      order,
      JSON.stringify({
        reservation,
        placement: await place.placement(),
        cache: place.machine.cacheDirectory,
        state: place.stateDirectory,
        env: place.env,
      }),
    );
    const child = spawn(process.execPath, ['--conditions=@ambit/source', '--import', 'tsx', starter, order], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('the starter died')));
    });
    child.kill('SIGKILL');

    const later = place.open();
    const found = await later.find(reservation, never());
    if (found.is !== 'found') throw new Error(`it is ${found.is}`);
    const { spec } = await greeting(await later.connect(found.handle, never()));
    expect(spec['id']).toBe(reservation.request.id);
    expect((await later.stop(reservation, { graceMs: 0 }, never())).stopped).toBe('proved');
  });

  it('a worker whose start was not written to the end is found by what it carries', async () => {
    const executor = place.open();
    const { reservation, handle } = await place.start(executor);
    const { id } = reservation.request;
    const records = new WorkerRecords(place.stateDirectory);
    const { worker: _worker, init: _init, ...start } = records.start(id)!;
    records.writeStart(id, { ...start, by: { pid: 1, startTime: 'dead' }, complete: false });
    expect(await place.open().find(reservation, never())).toEqual({ is: 'found', handle });
    expect(records.start(id)?.complete).toBe(true);
  });

  it('a start that came to no process is gone, and not made a second time', async () => {
    const executor = place.open();
    const reservation = await place.reserve(executor);
    new WorkerRecords(place.stateDirectory).claimStart(reservation.request.id, {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      by: { pid: 1, startTime: 'dead' },
      namespaced: true,
      socket: join(place.sockets, 'x.sock'),
      workDirectory: join(place.directory, 'x'),
      complete: false,
    });
    expect((await executor.find(reservation, never())).is).toBe('gone');
    await expect(executor.start(reservation, await place.placement(), never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_GONE' });
  });

  it('a worker of an earlier boot is gone, whoever has its pid now, and its stop is proved', async () => {
    const executor = place.open();
    const { reservation } = await place.start(executor, { exit: 0 });
    const { id } = reservation.request;
    await until('it has ended', async () => (await executor.find(reservation, never())).is === 'gone');
    const records = new WorkerRecords(place.stateDirectory);
    const own = { pid: process.pid, startTime: (await processTable().startTime(process.pid))! };
    records.writeStart(id, { ...records.start(id)!, boot: 'earlier', worker: own });
    expect((await place.open().find(reservation, never())).is).toBe('gone');
    expect(await place.open().stop(reservation, { graceMs: 0 }, never())).toMatchObject({
      stopped: 'proved',
      evidence: expect.stringContaining('started anew') as unknown,
    });
  });
});
