import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type {
  BuildRequest,
  BuilderDescription,
  BuiltImage,
  Digest,
  ExecutorDescription,
  ObjectFolder,
  ObjectStore,
  RunStore,
  SharedState,
  WorkerRequest,
} from '@ambit/plugin-api';
import {
  MEMORY_MACHINE,
  conformanceTasks,
  memoryBuilder,
  memoryExecutor,
  memoryMachine,
  memoryObjects,
  memoryPlace,
  memoryRunGround,
  memoryRuns,
  memoryShared,
  testClock,
} from '@ambit/testkit';
import type {
  BuilderContext,
  ExecutorContext,
  MemoryBlobs,
  MemoryBuilder,
  MemoryExecutor,
  MemoryLeases,
  ObjectStoreContext,
  RunStoreContext,
  SharedStateContext,
} from '@ambit/testkit';

const dispose = async (): Promise<void> => {};

export function memoryRunContext(wrap: (store: RunStore) => RunStore = (store) => store): RunStoreContext {
  const ground = memoryRunGround();
  return { open: () => wrap(memoryRuns({ ground })), dispose };
}

export function memorySharedContext(wrap: (state: SharedState) => SharedState = (state) => state): SharedStateContext {
  const leases: MemoryLeases = new Map();
  return { open: () => wrap(memoryShared({ leases })), dispose };
}

export function memoryObjectContext(wrap: (store: ObjectStore) => ObjectStore = (store) => store): ObjectStoreContext {
  const blobs: MemoryBlobs = new Map();
  const folder = mkdtempSync(join(tmpdir(), 'ambit-objects-'));
  return { open: () => wrap(withPaths(memoryObjects(blobs), blobs, folder)), dispose: () => rm(folder, { recursive: true }) };
}

/** Writes a blob into a file when its path is asked for. */
function withPaths(store: ObjectStore, blobs: MemoryBlobs, folder: string): ObjectStore {
  const path = (digest: Digest): string | undefined => {
    const blob = blobs.get(digest);
    if (!blob) return undefined;
    const file = join(folder, digest.slice('sha256:'.length));
    writeFileSync(file, blob.data);
    return file;
  };
  return { ...store, path, ...withFolder(store, join(folder, `inbox-${randomUUID()}`)) };
}

/** Takes files of a folder into the memory. */
function withFolder(store: ObjectStore, directory: string): Pick<ObjectStore, 'folder' | 'dispose'> {
  const proof = { name: 'proof', content: randomUUID() };
  const open = async (): ReturnType<ObjectFolder['open']> => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, proof.name), proof.content);
    return { directory, proof };
  };
  const take: ObjectFolder['take'] = async (name, { digest, size }) => {
    const path = join(directory, name);
    const facts = basename(name) === name && /^sha256:[0-9a-f]{64}$/.test(digest) ? await lstat(path).catch(() => undefined) : undefined;
    if (!facts?.isFile() || facts.size !== size)
      throw new AmbitError('AMBIT_OBJECT_REFUSED', `${name} is no such file.`, { hint: 'Put it there first.' });
    await store.put(createReadStream(path), { digest, signal: new AbortController().signal });
    await rm(path);
  };
  return { folder: { open, take }, dispose: () => rm(join(directory, proof.name), { force: true }) };
}

export function buildRequest(name: string): BuildRequest {
  const digest: Digest = `sha256:${createHash('sha256').update(name).digest('hex')}`;
  return {
    identity: { digest, platform: 'linux/amd64' },
    base: { reference: 'debian' },
    layers: [
      { kind: 'env', variables: { NAME: name } },
      { kind: 'npm', specs: [`${name}@1.0.0`] },
    ],
    parentLayers: 0,
    files: [],
  };
}

/** Another than the one where the builder runs. */
const far = memoryMachine({ id: 'far' });

export function memoryBuilderContext(
  wrap: (builder: MemoryBuilder) => MemoryBuilder = (builder) => builder,
  { perMachine = true, ...describe }: Partial<BuilderDescription> = {},
): BuilderContext {
  const requested = (name: string): BuildRequest => ({ ...buildRequest(name), ...(perMachine ? { machine: far } : {}) });
  const images = new Map<Digest, BuiltImage>();
  const builders: MemoryBuilder[] = [];
  let mended = false;
  let finish = (): void => undefined;
  let begin = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const failing = requested('failing');
  const slow = requested('slow');
  return {
    open: () => {
      const builder = wrap(
        memoryBuilder({
          images,
          describe: { perMachine, debian: { node: ['22'], python: ['3.11'] }, ...describe },
          fail: ({ identity, base }) =>
            (identity === failing.identity && !mended) || base.reference !== 'debian'
              ? { layer: 1, command: 'npm install', exitCode: 1, log: 'no such package' }
              : undefined,
          hold: async ({ identity }) => {
            if (identity !== slow.identity) return;
            begin();
            await finished;
          },
        }),
      );
      builders.push(builder);
      return builder;
    },
    request: requested,
    failing: () => failing,
    mend: async () => {
      mended = true;
    },
    slow: () => ({ request: slow, begun, finish }),
    timesBuilt: async ({ identity }) =>
      builders.flatMap((builder) => builder.built).filter((each) => each.digest === identity.digest).length,
    leftovers: async () => [],
    dispose,
  };
}

const runtime: Digest = `sha256:${'7'.repeat(64)}`;

export function memoryRequest(chosen: Pick<WorkerRequest, 'id' | 'owner' | 'publicKey'>): WorkerRequest {
  return {
    ...chosen,
    run: 'run-a',
    environment: 'main',
    image: buildRequest('image').identity,
    resources: { cpu: { request: 1 }, memory: { request: 1024, limit: 1024 } },
    env: {},
    volumes: [],
    resultTtlMs: 60_000,
    graceMs: 0,
    options: {},
  };
}

/** Two of them, so that it shows who has which. */
const gpus = ['gpu-0', 'gpu-1'].map((id) => ({ id, model: 'A100', memory: 2 ** 36, place: MEMORY_MACHINE }));

export function memoryExecutorContext(
  wrap: (executor: MemoryExecutor) => MemoryExecutor = (executor) => executor,
  describe: Partial<ExecutorDescription> = { capacity: { cpu: 4, memory: 8192, gpus } },
): ExecutorContext {
  const place = memoryPlace();
  const clock = testClock();
  const processes = new Set<string>();
  const tasks = conformanceTasks((argument) => {
    processes.add(argument);
    return () => processes.delete(argument);
  });
  const machine = memoryMachine({ run: async ([program]) => (program === 'sh' ? { code: 3 } : undefined) });
  const open = (): MemoryExecutor =>
    wrap(memoryExecutor({ place, clock, describe, machine, tasks, prepares: true, reservationTtlMs: 60_000 }));
  const image = buildRequest('image').identity;
  return {
    open,
    request: memoryRequest,
    placement: {
      image: { identity: image, locations: [{ kind: 'host-directory', machine: MEMORY_MACHINE, path: '/memory/images/image' }] },
      runtime: { digest: runtime, locations: [{ kind: 'host-directory', machine: MEMORY_MACHINE, path: '/memory/runtime' }] },
    },
    speaksProtocol: true,
    kill: ({ id }) => open().kill(id),
    expire: async ({ expiresAt }) => clock.advance(Date.parse(expiresAt ?? '') - clock.now().getTime()),
    cutOff: async (isCutOff) => {
      if (isCutOff) place.faults.unreachable = 'its cable was pulled';
      else delete place.faults.unreachable;
    },
    processLives: async (argument) => processes.has(argument),
    dispose,
  };
}
