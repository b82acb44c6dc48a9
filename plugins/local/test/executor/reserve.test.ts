import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseGpus } from '../../src/executor/capacity.ts';
import { ExecutorPlace, never } from './executor-place.ts';

let place: ExecutorPlace;
beforeEach(() => {
  place = new ExecutorPlace();
});
afterEach(() => place.dispose());

const gpus = [
  { id: 'big', model: 'NVIDIA A100-SXM4-80GB', memory: 80 * 2 ** 30 },
  { id: 'small', model: 'NVIDIA A100-PCIE-40GB', memory: 40 * 2 ** 30 },
];
const gib = (count: number) => ({ request: count * 2 ** 30, limit: count * 2 ** 30 });

describe('reserving space', () => {
  it('says of what is configured, not of what is there', async () => {
    const executor = place.open({ options: { cpus: 3, memory: 2 ** 33, gpus } });
    const { capacity } = await executor.describe(never());
    expect(capacity).toEqual({ cpu: 3, memory: 2 ** 33, gpus: gpus.map((gpu) => ({ ...gpu, place: 'local' })) });
  });

  it('lets wait what does not fit now, and takes it when something was given back', async () => {
    const executor = place.open({ options: { memory: 8 * 2 ** 30 } });
    const first = await place.reserve(executor, { resources: { cpu: { request: 1 }, memory: gib(6) } });
    const second = place.request({ resources: { cpu: { request: 1 }, memory: gib(4) } });
    expect(await executor.reserve(second, undefined, never())).toMatchObject({
      outcome: 'wait',
      reason: expect.stringContaining('2Gi are free') as unknown,
    });
    await executor.release(first, never());
    expect(await place.reserve(executor, second)).toMatchObject({ outcome: 'reserved' });
  });

  it('gives the smallest GPU that will do, and no GPU twice', async () => {
    const executor = place.open({ options: { gpus } });
    const one = { cpu: { request: 1 }, gpu: { models: ['a100'], count: 1 } };
    expect((await place.reserve(executor, { resources: one })).gpus).toEqual(['small']);
    expect((await place.reserve(executor, { resources: one })).gpus).toEqual(['big']);
    expect((await executor.reserve(place.request({ resources: one }), undefined, never())).outcome).toBe('wait');
  });

  it.each([
    [{ cpu: { request: 4 } }, '4 CPUs, and this machine has 2'],
    [{ cpu: { request: 1 }, memory: gib(9) }, '9Gi of memory, and this machine has 8Gi'],
    [
      { cpu: { request: 1 }, gpu: { count: 3 } },
      '3 GPUs, and this machine has NVIDIA A100-SXM4-80GB with 80Gi, NVIDIA A100-PCIE-40GB with 40Gi',
    ],
    [{ cpu: { request: 1 }, gpu: { models: ['H100'], count: 1 } }, '1 GPUs (H100)'],
  ])('never takes %j', async (resources, reason) => {
    const executor = place.open({ options: { cpus: 2, memory: 8 * 2 ** 30, gpus } });
    expect(await executor.reserve(place.request({ resources }), undefined, never())).toMatchObject({
      outcome: 'never',
      reason: expect.stringContaining(reason) as unknown,
    });
  });

  it('forgets what was never started, and its space, after its time', async () => {
    const executor = place.open({ options: { memory: 8 * 2 ** 30 } });
    const reservation = await place.reserve(executor, { resources: { cpu: { request: 1 }, memory: gib(8) } });
    place.clock.advance(7 * 60 * 60 * 1000);
    await expect(executor.start(reservation, await place.placement(), never())).rejects.toMatchObject({
      code: 'AMBIT_RESERVATION_EXPIRED',
    });
    expect(await place.reserve(executor, { resources: { cpu: { request: 1 }, memory: gib(8) } })).toMatchObject({ outcome: 'reserved' });
  });

  it('refuses an image of another platform before anything is built', async () => {
    const { digest } = place.request().image;
    const findings = await place.open().preflight([place.request({ image: { digest, platform: 'windows/amd64' } })], never());
    expect(findings).toMatchObject([{ code: 'AMBIT_LOCAL_PLATFORM', environment: 'env_1', severity: 'error' }]);
  });

  it('reads what nvidia-smi prints', () => {
    expect(parseGpus('GPU-5c, NVIDIA H100 80GB HBM3, 81559\nGPU-0a, Tesla T4, 15360\n')).toEqual([
      { id: 'GPU-5c', model: 'NVIDIA H100 80GB HBM3', memory: 81559 * 2 ** 20, place: 'local' },
      { id: 'GPU-0a', model: 'Tesla T4', memory: 15360 * 2 ** 20, place: 'local' },
    ]);
  });
});
