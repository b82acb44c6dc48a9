import { expect, it } from 'vitest';
import type { WorkerPlace, WorkerRequest, WorkerSpec } from '../src/index.ts';
import { WORKER_VARIABLE, workerCommand } from '../src/index.ts';

const request: WorkerRequest = {
  id: 'w-1',
  owner: 'store-1',
  run: 'brave-otter-4f2a',
  environment: 'fold_env',
  image: { digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' },
  resources: { cpu: { request: 1 }, memory: { request: 1024, limit: 2048 } },
  env: { A: '1' },
  volumes: [],
  publicKey: 'key',
  resultTtlMs: 60_000,
  graceMs: 5_000,
  options: null,
};
const place: WorkerPlace = {
  runtimeDirectory: '/cache/runtimes/r',
  imageDirectory: '/cache/images/i',
  workDirectory: '/cache/work/w-1',
  gpus: [],
  listen: { unix: '/tmp/ambit-0/w-1' },
  pidNamespace: true,
  machineEnv: { PATH: '/bin' },
};

it('starts the supervisor of the runtime with the Node of the runtime, and says all the rest in one variable', () => {
  const command = workerCommand(request, place);
  expect(command.argv).toEqual(['/cache/runtimes/r/node', '/cache/runtimes/r/supervisor.js']);
  expect(Object.keys(command.env)).toEqual([WORKER_VARIABLE]);
  const spec = JSON.parse(command.env[WORKER_VARIABLE] ?? '') as WorkerSpec;
  expect(spec).toEqual({
    version: 1,
    ...place,
    id: 'w-1',
    run: request.run,
    environment: 'fold_env',
    env: { A: '1' },
    memoryLimit: 2048,
    publicKey: 'key',
    resultTtlMs: 60_000,
    graceMs: 5_000,
  });
});

it('leaves out what the request does not say', () => {
  const { memory: _, ...resources } = request.resources;
  const spec = JSON.parse(workerCommand({ ...request, resources }, place).env[WORKER_VARIABLE] ?? '') as WorkerSpec;
  expect(spec).not.toHaveProperty('memoryLimit');
  expect(spec).not.toHaveProperty('workdir');
});
