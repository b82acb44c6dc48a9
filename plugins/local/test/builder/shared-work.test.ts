import { describe, expect, it } from 'vitest';
import { SharedWork } from '../../src/builder/shared-work.ts';
import { never } from '../executor/executor-place.ts';

function held(): { work: SharedWork<string, never>; finish: (value: string) => void; cleared: () => boolean } {
  let finish: (value: string) => void = () => undefined;
  let isCleared = false;
  const work = new SharedWork<string, never>(async (signal) => {
    try {
      return await new Promise<string>((resolve, reject) => {
        finish = resolve;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    } finally {
      await new Promise((resolve) => setImmediate(resolve));
      isCleared = true;
    }
  });
  return { work, finish: (value) => finish(value), cleared: () => isCleared };
}

describe('shared work', () => {
  it('goes on while one of those who wait for it stays', async () => {
    const { work, finish } = held();
    const leave = new AbortController();
    const left = work.join(leave.signal, () => undefined);
    const stays = work.join(never(), () => undefined);
    leave.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(work.isAbandoned).toBe(false);
    finish('done');
    expect(await stays).toBe('done');
  });

  it('is aborted by the last who leaves, and cleared away when that one is let go', async () => {
    const { work, cleared } = held();
    const leave = new AbortController();
    const left = [work.join(leave.signal, () => undefined), work.join(leave.signal, () => undefined)];
    leave.abort(new Error('left'));
    for (const each of left) await expect(each).rejects.toThrow('left');
    expect(work.isAbandoned).toBe(true);
    expect(cleared()).toBe(true);
  });

  it('tells its failure to each', async () => {
    const work = new SharedWork<string, never>(async () => Promise.reject(new Error('broken')));
    await expect(work.join(never(), () => undefined)).rejects.toThrow('broken');
    await expect(work.join(never(), () => undefined)).rejects.toThrow('broken');
  });
});
