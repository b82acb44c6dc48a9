import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simpleExecutor } from '../../src/index.ts';
import type {
  Executor,
  Placement,
  Reservation,
  SimpleExecutorParts,
  SimpleWorker,
  StartableWorker,
  WorkerEvent,
  WorkerRequest,
} from '../../src/index.ts';
import { folderHost } from './folder-host.ts';
import type { FolderHost } from './folder-host.ts';

type Job = { readonly job: number };

const identity = { digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' } as const;
const placement: Placement = {
  image: { identity, locations: [{ kind: 'host-directory', machine: 'machine-1', path: '/images/1' }] },
  runtime: { digest: identity.digest, locations: [{ kind: 'host-directory', machine: 'machine-1', path: '/runtimes/1' }] },
};

/** A batch system: its jobs, and what it was asked. */
class Cluster {
  readonly alive = new Set<number>();
  readonly started: StartableWorker[] = [];
  readonly stopped: number[] = [];
  /** What `recover` gives. */
  found: Job | undefined;
  down: string | undefined;
  fails: string | undefined;
  listensAfter = 0;

  parts(more: Partial<SimpleExecutorParts<Job>> = {}): SimpleExecutorParts<Job> {
    return {
      start: async (worker) => {
        this.started.push(worker);
        if (this.fails !== undefined) throw new Error(this.fails);
        const job = this.started.length;
        this.alive.add(job);
        return { job };
      },
      recover: async () => this.#reach() ?? this.found,
      isAlive: async ({ job }) => this.#reach() ?? this.alive.has(job),
      stop: async ({ job }) => {
        this.#reach();
        this.stopped.push(job);
        this.alive.delete(job);
        return { stopped: 'unconfirmed', evidence: `job ${job} was cancelled`, reason: 'nobody knows what it started' };
      },
      connect: async () => (this.listensAfter-- > 0 ? undefined : new PassThrough()),
      ...more,
    };
  }

  #reach(): undefined {
    if (this.down !== undefined) throw new Error(this.down);
  }
}

let host: FolderHost;
let cluster: Cluster;
beforeEach(async () => {
  host = await folderHost();
  cluster = new Cluster();
});
afterEach(() => host.dispose());

/** Another one on the same ground: what an engine has after its crash. */
function open(more: Partial<SimpleExecutorParts<Job>> = {}): Executor {
  return simpleExecutor(host, cluster.parts(more));
}

function never(): AbortSignal {
  return new AbortController().signal;
}

function request(more: Partial<WorkerRequest> = {}): WorkerRequest {
  return {
    id: 'w-1',
    owner: 'store-1',
    run: 'run-1',
    environment: 'fold_env',
    image: identity,
    resources: { cpu: { request: 1 } },
    env: {},
    volumes: [],
    publicKey: 'key',
    resultTtlMs: 1000,
    graceMs: 1000,
    options: null,
    ...more,
  };
}

async function reserve(more: Partial<WorkerRequest> = {}): Promise<Reservation> {
  const asked = request(more);
  const answer = await open().reserve(asked, undefined, never());
  if (answer.outcome !== 'reserved') throw new Error(answer.reason);
  return { ...answer, request: asked };
}

const recordOf = (name: string): string => join(host.stateDirectory, `workers/w-1/${name}.json`);

describe('a start', () => {
  it('is made once, however many ask', async () => {
    const reservation = await reserve();
    const executor = open();
    const handles = await Promise.all([
      executor.start(reservation, placement, never()),
      executor.start(reservation, placement, never()),
      open().start(reservation, placement, never()),
    ]);
    for (const handle of handles) expect(handle).toEqual({ id: 'w-1', place: 'cluster', state: { job: 1 } });
    expect(cluster.started).toHaveLength(1);
  });

  it('gets a folder of its own, and the folders of image and runtime', async () => {
    await open().start(await reserve(), placement, never());
    const [worker] = cluster.started;
    const directory = join(host.folder, 'cache/work/w-1');
    expect(existsSync(directory)).toBe(true);
    expect(worker).toMatchObject({
      directory,
      log: join(directory, 'supervisor.log'),
      place: { imageDirectory: '/images/1', runtimeDirectory: '/runtimes/1', workDirectory: directory, gpus: [] },
    });
  });

  it('that fails is not made again, and says why', async () => {
    const reservation = await reserve();
    cluster.fails = 'the queue is closed';
    const failure = { code: 'AMBIT_WORKER_NOT_STARTED', message: 'The worker w-1 could not be started: the queue is closed.' };
    await expect(open().start(reservation, placement, never())).rejects.toMatchObject(failure);
    await expect(open().start(reservation, placement, never())).rejects.toMatchObject(failure);
    expect(await open().find(reservation, never())).toMatchObject({ is: 'gone', cause: { failure: 'infrastructure', ...failure } });
    expect(cluster.started).toHaveLength(1);
    expect((await open().stop(reservation, { graceMs: 0 }, never())).stopped).toBe('unconfirmed');
    expect(cluster.stopped).toEqual([]);
  });

  it('that fails although something came of it gives what came', async () => {
    cluster.fails = 'the answer was lost';
    cluster.found = { job: 7 };
    expect(await open().start(await reserve(), placement, never())).toMatchObject({ state: { job: 7 } });
  });

  it('needs image and runtime in folders of this machine', async () => {
    const elsewhere: Placement = {
      ...placement,
      image: { identity, locations: [{ kind: 'oci-archive', path: '/a', digest: identity.digest }] },
    };
    await expect(open().start(await reserve(), elsewhere, never())).rejects.toMatchObject({ code: 'AMBIT_PLACE_NO_DIRECTORY' });
    expect(cluster.started).toEqual([]);
  });
});

describe('after a crash in the middle of a start', () => {
  let reservation: Reservation;
  beforeEach(async () => {
    reservation = await reserve();
    await open().start(reservation, placement, never());
    await rm(recordOf('outcome'));
    host.advance(60_000);
  });

  it('what came of it is asked once, and kept', async () => {
    cluster.found = { job: 1 };
    expect(await open().find(reservation, never())).toEqual({ is: 'found', handle: { id: 'w-1', place: 'cluster', state: { job: 1 } } });
    cluster.found = undefined;
    expect((await open().find(reservation, never())).is).toBe('found');
    expect(await open().start(reservation, placement, never())).toMatchObject({ state: { job: 1 } });
  });

  it('it is asked with the folder of the worker there, however early the crash was', async () => {
    const directory = join(host.folder, 'cache/work/w-1');
    await rm(directory, { recursive: true });
    let wasThere = false;
    const recover = async (worker: SimpleWorker): Promise<undefined> => {
      wasThere = worker.directory === directory && existsSync(directory);
      return undefined;
    };
    expect((await open({ recover }).find(reservation, never())).is).toBe('gone');
    expect(wasThere).toBe(true);
  });

  it('a start of which nothing came is gone, and not made again', async () => {
    expect(await open().find(reservation, never())).toMatchObject({ is: 'gone', cause: { code: 'AMBIT_WORKER_NOT_STARTED' } });
    await expect(open().start(reservation, placement, never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_NOT_STARTED' });
    expect(cluster.started).toHaveLength(1);
  });

  it('a place that cannot be asked leaves it unknown: neither started, stopped nor released', async () => {
    cluster.down = 'the cluster is down';
    expect(await open().find(reservation, never())).toEqual({ is: 'unknown', reason: 'the cluster is down' });
    expect(await open().stop(reservation, { graceMs: 0 }, never())).toEqual({ stopped: 'no', reason: 'the cluster is down' });
    await expect(open().release(reservation, never())).rejects.toThrow('the cluster is down');
    expect(cluster.started).toHaveLength(1);
    cluster.down = undefined;
    cluster.found = { job: 1 };
    expect(await open().stop(reservation, { graceMs: 0 }, never())).toMatchObject({ evidence: 'job 1 was cancelled' });
  });
});

describe('a stop', () => {
  it('before a start takes it, with the proof that the place claims', async () => {
    const reservation = await reserve();
    const proving = open({ describe: async () => ({ stopProof: ['cgroup'] }) });
    expect(await proving.stop(reservation, { graceMs: 0 }, never())).toMatchObject({ stopped: 'proved', mechanism: 'cgroup' });
    await expect(open().start(reservation, placement, never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_STOPPED' });
    expect(await open().find(reservation, never())).toEqual({ is: 'never-started' });
    expect([cluster.started, cluster.stopped]).toEqual([[], []]);
  });

  it('that answered "no" is asked for again, and another is kept', async () => {
    const reservation = await reserve();
    const handle = await open().start(reservation, placement, never());
    const stubborn = open({ stop: async () => ({ stopped: 'no', reason: 'it waits for a disk' }) });
    expect(await stubborn.stop(handle, { graceMs: 0 }, never())).toEqual({ stopped: 'no', reason: 'it waits for a disk' });
    await expect(open().release(reservation, never())).rejects.toMatchObject({ code: 'AMBIT_WORKER_NOT_STOPPED' });
    const answer = await open().stop(handle, { graceMs: 0 }, never());
    expect(answer.stopped).toBe('unconfirmed');
    expect(await stubborn.stop(reservation, { graceMs: 0 }, never())).toEqual(answer);
    expect(cluster.stopped).toEqual([1]);
  });

  it('of a worker that was released works from its handle', async () => {
    const reservation = await reserve();
    const handle = await open().start(reservation, placement, never());
    await open().stop(handle, { graceMs: 0 }, never());
    const released: unknown[] = [];
    await open({ release: async (state) => void released.push(state) }).release(reservation, never());
    expect(released).toEqual([{ job: 1 }]);
    expect(existsSync(join(host.folder, 'cache/work/w-1'))).toBe(false);
    expect(await open().stop(handle, { graceMs: 0 }, never())).toMatchObject({ evidence: 'job 1 was cancelled' });
  });
});

describe('observing', () => {
  it('tells once that the place cannot be asked, and goes on when it can', async () => {
    await open().start(await reserve(), placement, never());
    cluster.down = 'the cluster is down';
    const events: WorkerEvent[] = [];
    for await (const event of open().observe('store-1', never())) {
      events.push(event);
      if (event.type === 'unreachable') cluster.down = undefined;
      if (event.type === 'synced') cluster.alive.clear();
      if (event.type === 'ended') break;
    }
    expect(events.map(({ type }) => type)).toEqual(['unreachable', 'running', 'synced', 'ended']);
    expect(events.at(-1)).toMatchObject({ cause: { failure: 'infrastructure', code: 'AMBIT_WORKER_DIED' } });
  });

  it('ends when the executor is disposed of', async () => {
    const executor = open();
    const types: string[] = [];
    for await (const event of executor.observe('store-1', never())) {
      types.push(event.type);
      await executor.dispose();
    }
    expect(types).toEqual(['synced']);
  });
});

describe('a connection', () => {
  it('is tried until somebody listens', async () => {
    const executor = open();
    const handle = await executor.start(await reserve(), placement, never());
    cluster.listensAfter = 3;
    const connection = await executor.connect(handle, never());
    await connection.write(Buffer.from('hello'));
    for await (const chunk of connection.input) {
      expect(Buffer.from(chunk).toString()).toBe('hello');
      break;
    }
    await connection.close();
  });

  it('to a worker that died tells the last that it said', async () => {
    const executor = open();
    const handle = await executor.start(await reserve(), placement, never());
    writeFileSync(cluster.started[0]?.log ?? '', 'starting\nno space left on device\n');
    cluster.alive.clear();
    await expect(executor.connect(handle, never())).rejects.toMatchObject({
      code: 'AMBIT_WORKER_GONE',
      message: 'The worker w-1 on cluster has ended: no space left on device.',
    });
  });
});

describe('a request', () => {
  it.each([
    ['GPUs', { resources: { cpu: { request: 1 }, gpu: { count: 2 } } }],
    ['volume weights', { volumes: [{ name: 'weights', mount: '/w', readOnly: true }] }],
    ['linux/arm64', { image: { ...identity, platform: 'linux/arm64' } }],
  ])('is refused for what the place does not give: %s', async (what, more) => {
    const asked = request(more);
    const reason = expect.stringContaining(what.replace('GPUs', '2 GPU')) as string;
    expect(await open().reserve(asked, undefined, never())).toMatchObject({ outcome: 'never', reason });
    expect(await open().preflight([asked], never())).toEqual([
      { code: 'AMBIT_PLACE_UNFIT', message: reason, hint: expect.any(String) as string, environment: 'fold_env', severity: 'error' },
    ]);
  });

  it('has an id that can be the name of a folder', async () => {
    await expect(open().reserve(request({ id: '../x' }), undefined, never())).rejects.toMatchObject({ code: 'AMBIT_INTERNAL' });
  });
});

it('says which file of its state it cannot use', async () => {
  const reservation = await reserve();
  writeFileSync(recordOf('reservation'), '{ half');
  await expect(open().start(reservation, placement, never())).rejects.toMatchObject({
    code: 'AMBIT_STATE_UNUSABLE',
    message: expect.stringContaining(recordOf('reservation')) as string,
  });
});
