import type { Clock } from '@ambit/plugin-api';

/** A clock that stands still until it is told to go on. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
}

export function testClock(start = '2026-01-01T00:00:00.000Z'): TestClock {
  let time = Date.parse(start);
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => new Date(time),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const end = (done: () => void) => (): void => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', stop);
          done();
        };
        const stop = end(() => reject(signal.reason as Error));
        const sleeper = { until: time + milliseconds, wake: end(resolve) };
        signal.addEventListener('abort', stop, { once: true });
        sleepers.add(sleeper);
      }),
    advance: (milliseconds) => {
      time += milliseconds;
      for (const sleeper of [...sleepers].filter((each) => each.until <= time)) sleeper.wake();
    },
  };
}

/** The clock of this machine. */
export function wallClock(): Clock {
  return {
    now: () => new Date(),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const stop = (): void => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        };
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', stop);
          resolve();
        }, milliseconds);
        signal.addEventListener('abort', stop, { once: true });
      }),
  };
}
