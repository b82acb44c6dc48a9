import { randomBytes } from 'node:crypto';
import type { ParsedResources, PlannedEnvironment } from '@ambit/core';
import type { ImageIdentity, WorkerRequest, WorkerResources } from '@ambit/plugin-api';

/** How long a task has between the request to end and the kill, where nothing else is said. */
export const GRACE_MS = 5_000;

/** How long workers keep results without an engine. */
const RESULT_TTL_MS = 12 * 60 * 60 * 1000;

export interface WorkerOwner {
  readonly owner: string;
  readonly run: string;
  readonly publicKey: string;
  readonly graceMs: number;
}

/** A request for a new worker of an environment. */
export function workerRequest(
  environment: PlannedEnvironment,
  image: ImageIdentity,
  { owner, run, publicKey, graceMs }: WorkerOwner,
): WorkerRequest {
  return {
    id: workerId(environment.name),
    owner,
    run,
    environment: environment.name,
    image,
    resources: workerResources(environment.resources),
    env: environment.env,
    volumes: [],
    publicKey,
    resultTtlMs: RESULT_TTL_MS,
    graceMs,
    options: environment.options ?? {},
  };
}

/** Unique for ever, a DNS label, and readable: `fold-env-3f9a81c2d07b`. */
function workerId(environment: string): string {
  const slug = environment
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, 24)
    .replace(/-+$/, '');
  return `${slug === '' ? 'worker' : slug}-${randomBytes(6).toString('hex')}`;
}

/** One CPU while an attempt runs where nothing is said. */
export function cpuOf({ cpu }: ParsedResources): number {
  return cpu?.[0] ?? 1;
}

function workerResources(resources: ParsedResources): WorkerResources {
  const { cpu, memory, disk, shm, gpu } = resources;
  return {
    cpu: { request: cpuOf(resources), ...(cpu ? { limit: cpu[1] } : {}) },
    ...(memory ? { memory: { request: memory[0], limit: memory[1] } } : {}),
    ...(disk === undefined ? {} : { disk }),
    ...(shm === undefined ? {} : { shm }),
    ...(gpu ? { gpu } : {}),
  };
}
