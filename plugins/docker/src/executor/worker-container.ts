import { PORTABLE_RUNTIME_DIRECTORY, taskVariables, workerCommand } from '@ambit/plugin-api';
import type { WorkerRequest } from '@ambit/plugin-api';
import { checkedOptions } from './container-options.ts';
import type { CheckedOptions } from './container-options.ts';
import type { WorkerImage } from './worker-images.ts';
import { workerLabels } from './worker-labels.ts';

/** Paths in containers. */
const WORK_PARENT = '/opt/ambit/work';
export const WORK_DIRECTORY = `${WORK_PARENT}/own`;
export const SOCKET = `${WORK_DIRECTORY}/s`;
const IMAGE_DIRECTORY = '/opt/ambit';

export interface ContainerPlan {
  readonly request: WorkerRequest;
  readonly image: WorkerImage;
  /** The volume with the runtime. */
  readonly runtime: string;
  /** That the engine has. */
  readonly cpus: number;
  /** Of the process that drives the engine: proxies are taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface PlannedContainer {
  /** As the engine's API takes it. */
  readonly body: object;
  /** A tar entry that its user needs in `path` before it starts. */
  readonly prepared?: { readonly path: string; readonly folder: string };
}

/** What a worker's container is made from. */
export function workerContainer({ request, image, runtime, cpus, env }: ContainerPlan): PlannedContainer {
  const options = checkedOptions(request.options);
  const user = options.user ?? request.user ?? image.user;
  const isRoot = /^(|0|root)(:|$)/.test(user);
  // What is read-only, or another user's, cannot have the working folder in it.
  const workVolume = isRoot && !options.readOnlyRoot ? [] : [{ Type: 'volume', Target: WORK_PARENT }];
  const { argv, env: variables } = workerCommand(withWorkdir(request, image), {
    runtimeDirectory: PORTABLE_RUNTIME_DIRECTORY,
    imageDirectory: IMAGE_DIRECTORY,
    workDirectory: WORK_DIRECTORY,
    gpus: [],
    listen: { unix: SOCKET },
    pidNamespace: true,
    machineEnv: proxies(env),
    container: true,
  });
  const body = {
    Image: image.id,
    Entrypoint: argv,
    Cmd: [],
    Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...(user === '' ? {} : { User: user }),
    Labels: workerLabels(request),
    Healthcheck: { Test: ['NONE'] },
    StopSignal: 'SIGTERM',
    HostConfig: { ...limits(request, options, cpus), Mounts: [...mounts(request, runtime), ...workVolume], ...surroundings(options) },
  };
  return isRoot ? { body } : { body, prepared: { path: WORK_PARENT, folder: WORK_DIRECTORY.slice(WORK_PARENT.length + 1) } };
}

/** The image's own working folder, where the request names none. */
function withWorkdir(request: WorkerRequest, { workdir }: WorkerImage): WorkerRequest {
  return request.workdir === undefined && workdir !== '' && workdir !== '/' ? { ...request, workdir } : request;
}

function limits({ resources: { cpu, memory, shm } }: WorkerRequest, { pidsLimit, shmSize = shm }: CheckedOptions, cpus: number): object {
  return {
    CpuShares: Math.max(2, Math.round(cpu.request * 1024)),
    // A limit above all that there are is none, and the engine refuses to be told one.
    ...(cpu.limit === undefined || cpu.limit > cpus ? {} : { NanoCpus: Math.round(cpu.limit * 1e9) }),
    // No swap: what goes beyond the memory is ended, and not slowed down.
    ...(memory ? { Memory: memory.limit, MemorySwap: memory.limit, MemoryReservation: memory.request } : {}),
    PidsLimit: pidsLimit,
    ...(shmSize === undefined ? {} : { ShmSize: shmSize }),
  };
}

function mounts({ volumes }: WorkerRequest, runtime: string): readonly object[] {
  const named = volumes.map(({ name, mount, readOnly }) => ({ Type: 'volume', Source: name, Target: mount, ReadOnly: readOnly }));
  const own = { Type: 'volume', Source: runtime, Target: PORTABLE_RUNTIME_DIRECTORY, ReadOnly: true, VolumeOptions: { NoCopy: true } };
  return [own, ...named];
}

function surroundings({ network, extraHosts = {}, readOnlyRoot = false }: CheckedOptions): object {
  return {
    // Reaps what tasks leave behind.
    Init: true,
    ...(network === undefined ? {} : { NetworkMode: network }),
    ExtraHosts: Object.entries(extraHosts).map(([name, address]) => `${name}:${address}`),
    ReadonlyRootfs: readOnlyRoot,
    ...(readOnlyRoot ? { Tmpfs: { '/tmp': 'rw,exec,mode=1777' } } : {}),
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
  };
}

/** Files with certificates are not in a container; addresses of proxies may help there. */
function proxies(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(taskVariables(env)).filter(([name]) => /_proxy$/i.test(name)));
}
