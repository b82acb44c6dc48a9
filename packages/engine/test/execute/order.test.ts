import { describe, expect, it } from 'vitest';
import type { BuildRequest, Executor, ImageBuilder } from '@ambit/plugin-api';
import { memoryBuilder, memoryExecutor, memoryMachine } from '@ambit/testkit';
import type { MemoryExecutor, MemoryTask } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { World } from '../support/world.ts';
import { watchedStore } from '../support/watched-store.ts';

const child = environment('child_env', { work: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

/** What was not stored when something was done that needs it. */
interface Watch {
  readonly missing: string[];
  readonly done: string[];
  readonly need: (what: string, type: string, fits: Readonly<Record<string, unknown>>) => void;
}

function watch(stored: readonly { readonly type: string; readonly data: unknown }[]): Watch {
  const missing: string[] = [];
  const done: string[] = [];
  return {
    missing,
    done,
    need: (what, type, fits) => {
      done.push(what);
      const isThere = stored.some(
        (event) =>
          event.type === type && Object.entries(fits).every(([name, value]) => (event.data as Record<string, unknown>)[name] === value),
      );
      if (!isThere) missing.push(`${what} before ${type}`);
    },
  };
}

function watchedExecutor(inner: MemoryExecutor, { need }: Watch): Executor {
  const worker = (id: string): { worker: string } => ({ worker: id });
  return {
    describe: (signal) => inner.describe(signal),
    preflight: (requests, signal) => inner.preflight(requests, signal),
    reserve: (...args) => inner.reserve(...args),
    machine: () => memoryMachine(),
    async *prepare({ request }) {
      need('prepare', 'worker.reserved', worker(request.id));
      yield { what: 'image', done: 1 };
    },
    start: (reservation, ...rest) => {
      need('start', 'worker.prepared', worker(reservation.request.id));
      need('start', 'worker.start-requested', worker(reservation.request.id));
      return inner.start(reservation, ...rest);
    },
    find: (...args) => inner.find(...args),
    observe: (...args) => inner.observe(...args),
    connect: (handle, signal) => {
      need('connect', 'worker.started', worker(handle.id));
      return inner.connect(handle, signal);
    },
    stop: (target, ...rest) => {
      need('stop', 'action.ended', { status: 'succeeded', value: '"worked"' });
      return inner.stop(target, ...rest);
    },
    release: (reservation, signal) => {
      need('release', 'worker.stopped', worker(reservation.request.id));
      return inner.release(reservation, signal);
    },
    list: (...args) => inner.list(...args),
    dispose: () => inner.dispose(),
  };
}

function watchedTasks({ need }: Watch, stored: readonly { readonly type: string; readonly data: unknown }[]): Record<string, MemoryTask> {
  const placed = (what: string, { action, attempt }: { readonly action: string; readonly attempt: number }): void => {
    need(what, 'action.created', { action });
    need(what, 'attempt.placed', { action, attempt });
    need(what, 'worker.connected', {});
  };
  return {
    'root_env.main': async (task) => {
      placed('attempt', task);
      const value = await task.call('child_env.work');
      const created = stored.filter(({ type }) => type === 'action.created').at(-1);
      need('outcome', 'action.ended', { action: (created?.data as { action: string }).action, value: '"worked"' });
      return value;
    },
    'child_env.work': (task) => {
      placed('child attempt', task);
      return 'worked';
    },
  };
}

function watchedBuilder(perMachine: boolean, { need }: Watch, requests: BuildRequest[]): ImageBuilder {
  const inner = memoryBuilder({ describe: { perMachine } });
  return {
    describe: (signal) => inner.describe(signal),
    exists: (...args) => inner.exists(...args),
    build: (request, signal) => {
      requests.push(request);
      need('build', 'image.started', { image: request.identity.digest });
      if (perMachine) need('build', 'worker.reserved', { environment: 'root_env' });
      return inner.build(request, signal);
    },
    dispose: () => inner.dispose(),
  };
}

describe.each([false, true])('what an outside action needs is stored before it (image per machine: %s)', (perMachine) => {
  it('at every step of a worker, an attempt and its outcome', async () => {
    const { runs, stored } = watchedStore();
    const watching = watch(stored);
    const requests: BuildRequest[] = [];
    const executor = watchedExecutor(memoryExecutor({ tasks: watchedTasks(watching, stored) }), watching);
    const world = new World({ runs, executor, builder: watchedBuilder(perMachine, watching, requests) });
    const { value } = await world.run(root, 'main');
    await world.engine.dispose();
    expect(value).toBe('worked');
    expect(watching.missing).toEqual([]);
    expect(new Set(watching.done)).toEqual(
      new Set(['build', 'prepare', 'start', 'connect', 'attempt', 'child attempt', 'outcome', 'stop', 'release']),
    );
    expect(requests.map(({ machine }) => machine?.id)).toEqual([perMachine ? 'memory' : undefined]);
  });

  it('with few commits', async () => {
    const { runs, commits } = watchedStore();
    const world = new World({ runs, tasks: { 'root_env.main': (task) => task.call('child_env.work'), 'child_env.work': () => 1 } });
    await world.run(root, 'main');
    expect(commits()).toBeLessThan(16);
  });
});
