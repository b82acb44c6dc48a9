import type { WorkerEvent } from '@ambit/plugin-api';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecutorPlace, hasProcess, never, pidOf, tell, uniqueSeconds, until } from './executor-place.ts';
import type { LocalExecutor } from '../../src/executor/local-executor.ts';

let place: ExecutorPlace;
beforeEach(() => {
  place = new ExecutorPlace();
});
afterEach(() => place.dispose());

async function endSeenBy(executor: LocalExecutor, id: string): Promise<WorkerEvent> {
  const stop = new AbortController();
  for await (const event of executor.observe('store-1', stop.signal)) if (event.type === 'ended' && event.id === id) return event;
  throw new Error('the observation ended');
}

describe('stopping a worker', () => {
  it('is proved by the end of its pid namespace, also of what left its group and its parent', async () => {
    const executor = place.open();
    const escape = uniqueSeconds();
    const { handle } = await place.start(executor, { escape, deaf: true });
    await until('the escaped process runs', () => hasProcess(escape));
    const stopped = await executor.stop(handle, { graceMs: 0 }, never());
    expect(stopped).toMatchObject({
      stopped: 'proved',
      mechanism: 'pid-namespace',
      evidence: expect.stringMatching(/^pid namespace \d+ has ended/) as unknown,
    });
    expect(hasProcess(escape)).toBe(false);
  });

  it('is unconfirmed where there are no namespaces, and ends all that still descends from the worker', async () => {
    const executor = place.open({ allowNamespaces: false });
    expect((await executor.describe(never())).stopProof).toEqual([]);
    const child = uniqueSeconds();
    const { handle } = await place.start(executor, { child });
    await until('the child runs', () => hasProcess(child));
    const stopped = await executor.stop(handle, { graceMs: 5000 }, never());
    expect(stopped).toMatchObject({ stopped: 'unconfirmed', reason: expect.stringContaining('no pid namespaces') as unknown });
    expect(hasProcess(child)).toBe(false);
  });

  it('gives a supervisor the time it was granted, and no more', async () => {
    const executor = place.open();
    const polite = await place.start(executor);
    await (await executor.connect(polite.handle, never())).close();
    await executor.stop(polite.handle, { graceMs: 60_000 }, never());
    const deaf = await place.start(executor, { deaf: true });
    await (await executor.connect(deaf.handle, never())).close();
    expect((await executor.stop(deaf.handle, { graceMs: 50 }, never())).stopped).toBe('proved');
  });

  it('works from the reservation alone, with the same answer ever after', async () => {
    const { reservation, handle } = await place.start(place.open());
    const first = await place.open().stop(reservation, { graceMs: 0 }, never());
    expect(first.stopped).toBe('proved');
    expect(await place.open().stop(handle, { graceMs: 0 }, never())).toEqual(first);
  });

  it('is proved when the process around the namespace was killed before', async () => {
    const executor = place.open();
    const escape = uniqueSeconds();
    const { reservation, handle } = await place.start(executor, { escape });
    await until('the escaped process runs', () => hasProcess(escape));
    process.kill(pidOf(handle), 'SIGKILL');
    expect((await executor.stop(reservation, { graceMs: 0 }, never())).stopped).toBe('proved');
    expect(hasProcess(escape)).toBe(false);
  });

  it('can be given up by abort, and asked for again', async () => {
    const executor = place.open();
    const { handle } = await place.start(executor, { deaf: true });
    await (await executor.connect(handle, never())).close();
    const giveUp = new AbortController();
    const stopping = executor.stop(handle, { graceMs: 600_000 }, giveUp.signal);
    giveUp.abort(new Error('given up'));
    await expect(stopping).rejects.toThrow('given up');
    expect((await executor.stop(handle, { graceMs: 0 }, never())).stopped).toBe('proved');
  });
});

describe('the end of a worker', () => {
  it.each([
    ['leave', { exitCode: 0 }],
    ['fail', { exitCode: 7, cause: { failure: 'infrastructure', code: 'AMBIT_WORKER_DIED' } }],
    ['die', { signal: 'SIGSEGV', cause: { failure: 'infrastructure', message: expect.stringContaining('SIGSEGV') as unknown } }],
  ])('by "%s" is told exactly, in a namespace and without one', async (word, expected) => {
    for (const allowNamespaces of [true, false]) {
      const executor = place.open({ allowNamespaces });
      const { handle } = await place.start(executor);
      const seen = endSeenBy(executor, handle.id);
      await tell(executor, handle, word);
      expect(await seen).toMatchObject({ type: 'ended', ...expected });
    }
  });

  it('is told to who did not start it, without what only the starter knows', async () => {
    const starter = place.open();
    const { handle } = await place.start(starter);
    await (await starter.connect(handle, never())).close();
    const seen = endSeenBy(place.open(), handle.id);
    process.kill(pidOf(handle), 'SIGKILL');
    expect(await seen).toMatchObject({ type: 'ended', cause: { code: 'AMBIT_WORKER_DIED' } });
  });

  it('has no cause where it was asked for', async () => {
    const executor = place.open();
    const { handle } = await place.start(executor);
    await executor.stop(handle, { graceMs: 0 }, never());
    expect(await endSeenBy(executor, handle.id)).not.toHaveProperty('cause');
  });
});

describe('releasing', () => {
  it('is refused while the worker lives, and leaves nothing on disk afterwards', async () => {
    const executor = place.open();
    const { reservation, handle } = await place.start(executor);
    await (await executor.connect(handle, never())).close();
    await expect(executor.release(reservation, never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_NOT_STOPPED' });
    await executor.stop(handle, { graceMs: 0 }, never());
    await executor.release(reservation, never());
    const { socket, workDirectory } = handle.state as { socket: string; workDirectory: string };
    for (const path of [socket, workDirectory]) expect(existsSync(path)).toBe(false);
    expect(await executor.find(reservation, never())).toEqual({ is: 'never-started' });
  });

  it('lets an id that was stopped start again', async () => {
    const executor = place.open();
    const { reservation } = await place.start(executor);
    await executor.stop(reservation, { graceMs: 0 }, never());
    await expect(place.open().start(reservation, await place.placement(), never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_STOPPED' });
    await executor.release(reservation, never());
    const again = await place.reserve(executor, { id: reservation.request.id });
    await executor.start(again, await place.placement(), never());
    expect((await executor.find(again, never())).is).toBe('found');
  });
});
