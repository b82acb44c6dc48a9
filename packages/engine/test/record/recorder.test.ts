import { describe, expect, it } from 'vitest';
import { memoryRuns, recordingLogger, wallClock } from '@ambit/testkit';
import { Recorder } from '../../src/record/recorder.ts';
import type { StoredEvent } from '../../src/record/recorder.ts';
import type { TypedRunEvent } from '../../src/record/events.ts';
import { never } from '../support/world.ts';
import { watchedStore } from '../support/watched-store.ts';

function started(attempt: number): TypedRunEvent {
  return { type: 'attempt.started', data: { action: 'a', attempt } };
}

async function recorded(onStored?: (event: StoredEvent) => void): Promise<{
  recorder: Recorder;
  failures: unknown[];
  watched: ReturnType<typeof watchedStore>;
  log: ReturnType<typeof recordingLogger>;
}> {
  const watched = watchedStore(memoryRuns());
  const held = await watched.runs.acquire('run', { holder: 'me', ttlMs: 60_000, create: {} }, never());
  const failures: unknown[] = [];
  const log = recordingLogger();
  const epoch = 'epoch' in held ? held.epoch : 0;
  const recorder = new Recorder({
    ...{ runs: watched.runs, run: 'run', epoch, clock: wallClock(), log, onStored },
    onFailed: (error) => failures.push(error),
  });
  return { recorder, failures, watched, log };
}

describe('a recorder', () => {
  it('makes one commit of what is recorded in one turn, and of what comes while one is stored', async () => {
    const { recorder, watched } = await recorded();
    recorder.note(started(1));
    const first = recorder.store(started(2), started(3));
    await new Promise((resolve) => setImmediate(resolve));
    recorder.note(started(4));
    recorder.note(started(5));
    await first;
    await recorder.settled();
    expect(watched.stored.map(({ data }) => (data as { attempt: number }).attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(watched.commits()).toBe(2);
  });

  it('goes on once stored, in order', async () => {
    const { recorder, watched } = await recorded();
    const order: (number | string)[] = [];
    recorder.commit([started(1)], () => order.push('first', watched.stored.length));
    recorder.commit([started(2)], () => order.push('second', watched.stored.length));
    await recorder.settled();
    expect(order).toEqual(['first', 2, 'second', 2]);
  });

  it('does not make the first of very many wait for the last', async () => {
    const { recorder, watched } = await recorded();
    let first = 0;
    recorder.commit([started(0)], () => (first = watched.stored.length));
    for (let n = 1; n < 2000; n += 1) recorder.note(started(n));
    await recorder.settled();
    expect(watched.stored).toHaveLength(2000);
    expect(first).toBeLessThan(1000);
  });

  it('tells what it stored, with its number, and is not hurt by who listens', async () => {
    const told: number[] = [];
    const { recorder, log } = await recorded(({ seq }) => {
      told.push(seq);
      throw new Error('a listener');
    });
    await recorder.store(started(1), started(2));
    await recorder.store(started(3));
    expect(told).toEqual([1, 2, 3]);
    expect(log.entries.filter(({ level }) => level === 'error')).toHaveLength(3);
  });

  it('that cannot store goes on with nothing, and says so once', async () => {
    const { recorder, failures, watched } = await recorded();
    let wentOn = false;
    await watched.runs.release('run', 1);
    recorder.commit([started(1)], () => (wentOn = true));
    await expect(recorder.store(started(2))).rejects.toMatchObject({ code: 'AMBIT_RUN_NOT_OWNER' });
    await expect(recorder.store(started(3))).rejects.toMatchObject({ code: 'AMBIT_RUN_NOT_OWNER' });
    await recorder.settled();
    expect(wentOn).toBe(false);
    expect(failures).toHaveLength(1);
    expect(watched.stored).toEqual([]);
  });
});
