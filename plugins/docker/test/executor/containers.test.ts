import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { platformOf } from '@ambit/plugin-api';
import type { Placement } from '@ambit/plugin-api';
import { jsonLines } from '../../src/daemon/json-lines.ts';
import { closedRegistry, engine, openRegistry } from '../testbed.ts';
import { never } from './container-place.ts';
import { ContainerWork } from './container-work.ts';
import { eventually } from './eventually.ts';
import { pushForeign } from './foreign-image.ts';

let work: ContainerWork;
beforeEach(async () => {
  work = await ContainerWork.open('port');
});
afterEach(() => work.dispose());

interface Made {
  readonly Id: string;
  readonly Config: { readonly Labels: Record<string, string>; readonly User: string; readonly Env: readonly string[] };
  readonly HostConfig: Record<string, unknown>;
  readonly Mounts: readonly { readonly Type: string; readonly RW: boolean; readonly Destination: string }[];
  readonly State: { readonly Status: string; readonly ExitCode: number };
}

function inspected(): Promise<Made> {
  return work.place.daemon.json({ method: 'GET', path: `/containers/ambit-${work.reservation.request.id}/json`, signal: never() });
}

const echo = { echo: '(value) => value' };

describe.skipIf(engine === undefined)('the container of a worker [needs docker]', () => {
  it('has the limits and names of its request, nothing of the host but the runtime, and no secret', async () => {
    const memory = { request: 2 ** 27, limit: 2 ** 28 };
    const resources = { cpu: { request: 0.5, limit: 1.5 }, memory, shm: 2 ** 25 };
    await work.start({ resources, run: 'run-7', environment: 'fold_env', options: { extraHosts: { db: '10.0.0.4' }, user: '1234' } });
    const { Config, HostConfig, Mounts } = await inspected();
    expect(Config.Labels).toMatchObject({
      'dev.ambit.owner': 'store-1',
      'dev.ambit.run': 'run-7',
      'dev.ambit.worker': work.handle.id,
      'dev.ambit.environment': 'fold_env',
    });
    expect(HostConfig).toMatchObject({
      ...{ CpuShares: 512, NanoCpus: 1.5e9, Memory: 2 ** 28, MemorySwap: 2 ** 28, MemoryReservation: 2 ** 27, ShmSize: 2 ** 25 },
      ...{ PidsLimit: 4096, Init: true, ExtraHosts: ['db:10.0.0.4'], Binds: null, Privileged: false },
    });
    expect(Config.User).toBe('1234');
    expect(Mounts.map(({ Type, RW, Destination }) => [Type, RW, Destination]).sort()).toEqual([
      ['volume', false, '/opt/ambit/runtime'],
      ['volume', true, '/opt/ambit/work'],
    ]);
  });

  it('has no limit of CPUs where the request allows more than the engine has', async () => {
    await work.start({ resources: { cpu: { request: 0.5, limit: 1024 } } });
    expect((await inspected()).HostConfig).toMatchObject({ CpuShares: 512, NanoCpus: 0 });
  });

  it('keeps what is in a named volume for the next worker', async () => {
    const name = `ambit-test-${crypto.randomUUID()}`;
    const file = `async (mode) => { const fs = await import('node:fs'); return mode === 'write' ? fs.writeFileSync('/data/x', 'kept') : fs.readFileSync('/data/x', 'utf8'); }`;
    const other = await ContainerWork.open('port');
    try {
      await work.run({ file }, { volumes: [{ name, mount: '/data', readOnly: false }] });
      await work.value('file', 'write');
      await other.run({ file }, { volumes: [{ name, mount: '/data', readOnly: true }] });
      expect(await other.value('file', 'read')).toBe('kept');
      expect(await other.outcome('file', ['write'])).toMatchObject({ status: 'failed', error: { code: 'EROFS' } });
    } finally {
      await other.dispose();
      await work.executor.stop(work.reservation, { graceMs: 0 }, never());
      await work.executor.release(work.reservation, never());
      await work.place.daemon.json({ method: 'DELETE', path: `/volumes/${name}`, signal: never() });
    }
  });

  it('ends by itself when nobody comes for the results, with all that is in it', async () => {
    await work.run(echo, { resultTtlMs: 500 });
    expect(await work.value('echo', 1)).toBe(1);
    await work.place.cut();
    await eventually('it has ended', async () => (await inspected()).State.Status === 'exited');
    expect((await inspected()).State.ExitCode).toBe(0);
    await work.place.join();
  });

  it('goes on when its connection breaks, and takes the next one', async () => {
    await work.run(echo);
    await work.place.cut();
    await eventually('the connection ends', async () => work.ended !== undefined);
    await work.place.join();
    await work.connect(echo);
    expect(await work.value('echo', 2)).toBe(2);
  });

  it('does nothing when somebody starts it a second time', async () => {
    await work.run(echo);
    await work.place.kill(work.handle);
    const { Id } = await inspected();
    await work.place.containers.start(Id, never());
    await eventually('it has ended again', async () => (await inspected()).State.Status === 'exited');
    const found = await work.executor.find(work.reservation, never());
    expect(found).toMatchObject({ is: 'gone', cause: { message: expect.stringContaining('AMBIT_WORKER_STARTED') as string } });
  });

  it('that was removed by somebody is gone, and its stop is proved', async () => {
    await work.start();
    await work.place.kill(work.handle);
    await work.place.containers.remove((await inspected()).Id, never());
    expect(await work.executor.find(work.reservation, never())).toMatchObject({ is: 'gone', cause: { code: 'AMBIT_WORKER_DIED' } });
    expect(await work.executor.stop(work.reservation, { graceMs: 0 }, never())).toMatchObject({ stopped: 'proved' });
  });

  it('that dies of a signal says so in its cause', async () => {
    await work.start();
    await work.place.kill(work.handle);
    const found = await work.executor.find(work.reservation, never());
    expect(found).toMatchObject({
      is: 'gone',
      cause: { failure: 'infrastructure', code: 'AMBIT_WORKER_DIED', facts: { exitCode: 137, signal: 'SIGKILL' } },
    });
  });

  it('that cannot be started for its user is not started, and says that this will not change', async () => {
    await work.reserve({ options: { user: 'nobody-of-this-name' } });
    const placement = await work.place.placement(work.reservation.request);
    await expect(work.executor.start(work.reservation, placement, never())).rejects.toMatchObject({
      code: 'AMBIT_WORKER_NOT_STARTED',
      message: expect.stringContaining('nobody-of-this-name') as string,
      facts: { failure: 'configuration' },
    });
    expect(await work.executor.find(work.reservation, never())).toEqual({ is: 'never-started' });
  });

  it('is told of again after the engine was away, and its end meanwhile too', async () => {
    await work.start();
    const events: string[] = [];
    const stop = new AbortController();
    const observed = (async () => {
      for await (const event of work.executor.observe('store-1', stop.signal)) {
        if (event.type === 'unreachable' || event.type === 'synced' || ('id' in event && event.id === work.handle.id))
          events.push(event.type);
      }
    })();
    await eventually('it is synced', async () => events.includes('synced'));
    await work.place.cut();
    await eventually('it is unreachable', async () => events.includes('unreachable'));
    await work.place.kill(work.handle);
    await work.place.join();
    await eventually('its end is told', async () => events.includes('ended'));
    stop.abort();
    await observed;
    expect(events).toEqual(['running', 'synced', 'unreachable', 'ended']);
  });

  it.skipIf(openRegistry === undefined)('comes of an image that is pulled by its digest [needs registry]', async () => {
    const registry = openRegistry ?? '';
    const url = `http://${registry}/v2/library/busybox/manifests/latest`;
    const accept = 'application/vnd.docker.distribution.manifest.v2+json';
    const digest = (await fetch(url, { method: 'HEAD', headers: { accept } })).headers.get('docker-content-digest') as `sha256:${string}`;
    await work.reserve({ image: { ...work.place.request().image, reference: undefined as never } });
    const { runtime, image } = await work.place.placement(work.reservation.request);
    const placement: Placement = {
      runtime,
      image: { identity: image.identity, locations: [{ kind: 'registry', reference: `${registry}/library/busybox:gone`, digest }] },
    };
    const told: string[] = [];
    for await (const { what, done, total = 0 } of work.executor.prepare!(work.reservation, placement, never()))
      if (done === total) told.push(what);
    expect(new Set(told)).toEqual(new Set(['image', 'runtime']));
    work.handle = await work.executor.start(work.reservation, placement, never());
    await work.connect(echo);
    expect(await work.value('echo', 3)).toBe(3);
  });

  it('is not to be had of an image that no registry has, and that will not change', async () => {
    await work.reserve({}, '127.0.0.1:5000/no/such-image');
    const placement = await work.place.placement(work.reservation.request);
    await expect(work.executor.start(work.reservation, placement, never())).rejects.toMatchObject({
      code: 'AMBIT_DOCKER_PULL',
      message: expect.stringContaining('127.0.0.1:5000/no/such-image:latest') as string,
      facts: { failure: 'configuration' },
    });
  });
});

describe.skipIf(engine === undefined || closedRegistry === undefined)('an image in a registry with logins [needs registry]', () => {
  const repo = `${closedRegistry}/ambit-test/${crypto.randomUUID()}`;
  const username = process.env['AMBIT_TEST_AUTH_REGISTRY_USER'] ?? '';
  const password = (): string => readFileSync(process.env['AMBIT_TEST_AUTH_REGISTRY_PASSWORD_FILE'] ?? '', 'utf8').trim();
  const registries = { [closedRegistry ?? '']: { username, password: 'registry' } };

  /** Only the registry has it afterwards. */
  async function push(): Promise<void> {
    const { daemon } = work.place;
    const signal = never();
    await daemon.json({ method: 'POST', path: '/images/busybox:latest/tag', query: { repo, tag: 'a' }, signal });
    const auth = { username, password: password(), serveraddress: closedRegistry ?? '' };
    const steps = await daemon.stream({ method: 'POST', path: `/images/${repo}/push`, query: { tag: 'a' }, auth, signal });
    for await (const step of jsonLines<{ error?: string }>(steps)) expect(step.error).toBeUndefined();
    await daemon.json({ method: 'DELETE', path: `/images/${repo}:a`, signal });
  }

  it('is pulled with the login of the options, and is not to be had without', async () => {
    await push();
    await work.reserve({}, `${repo}:a`);
    const placement = await work.place.placement(work.reservation.request);
    await expect(work.executor.start(work.reservation, placement, never())).rejects.toMatchObject({
      code: 'AMBIT_DOCKER_PULL',
      hint: expect.stringContaining('docker login') as string,
      facts: { failure: 'configuration' },
    });
    const other = await ContainerWork.open('port', { registries }, { registry: password() });
    try {
      await other.run(echo, {}, `${repo}:a`);
      expect(await other.value('echo', 4)).toBe(4);
    } finally {
      await other.dispose();
      await work.place.daemon.json({ method: 'DELETE', path: `/images/${repo}:a`, signal: never() });
    }
  });
});

describe.skipIf(engine === undefined)('an image that is used as it is [needs docker]', () => {
  const platform = platformOf({ os: process.platform, arch: process.arch });

  it('is found where the engine has it, by its content', async () => {
    const found = await work.executor.findImage!('busybox', never());
    expect(found).toEqual({ found: 'yes', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string, platforms: [platform] });
    expect(await work.executor.findImage!('busybox:latest', never())).toEqual(found);
  });

  it.skipIf(openRegistry === undefined)('is found in its registry, or is not there [needs registry]', async () => {
    expect(await work.executor.findImage!(`${openRegistry}/library/debian:bookworm-slim`, never())).toMatchObject({
      found: 'yes',
      platforms: [platform],
    });
    expect(await work.executor.findImage!(`${openRegistry}/no/such:image`, never())).toMatchObject({
      found: 'no',
      reason: expect.stringContaining('no/such:image') as string,
    });
  });

  it.skipIf(openRegistry === undefined)('is for the platforms that its registry tells, by tag and by digest [needs registry]', async () => {
    const pushed = await pushForeign(openRegistry ?? '');
    const platforms = ['linux/s390x'];
    for (const reference of [pushed.image, pushed.index, `${pushed.repository}@${pushed.digest}`])
      expect(await work.executor.findImage!(reference, never()), reference).toMatchObject({ found: 'yes', platforms });
    const nowhere = `${pushed.repository}@sha256:${'0'.repeat(64)}`;
    expect(await work.executor.findImage!(nowhere, never())).toMatchObject({ found: 'unknown' });
    await pushed.remove();
    expect(await work.executor.findImage!(pushed.image, never())).toMatchObject({ found: 'no' });
  });

  it('is not known where the engine does not answer', async () => {
    await work.place.cut();
    expect(await work.executor.findImage!('busybox', never())).toMatchObject({ found: 'unknown' });
    await work.place.join();
  });
});

describe.skipIf(engine === undefined)('before anything is built [needs docker]', () => {
  it.each([
    [{ networks: 'none' }, 'network'],
    [{ pidsLimit: 0 }, 'pidsLimit'],
    [{ pidsLimit: 63 }, 'from 64 on'],
    [{ readOnlyRoot: 'yes' }, 'readOnlyRoot'],
    [{ extraHosts: ['db:10.0.0.4'] }, 'extraHosts'],
    [{ shmSize: '1 gig' }, 'shmSize'],
    [{ user: 'a b' }, 'user'],
    [{ network: 'no-such-network' }, 'no-such-network'],
  ])('options that cannot be are found: %j', async (options, named) => {
    const findings = await work.executor.preflight([work.place.request({ options, environment: 'odd' })], never());
    expect(findings).toMatchObject([
      { code: 'AMBIT_DOCKER_CONTAINER_OPTION', environment: 'odd', severity: 'error', message: expect.stringContaining(named) as string },
    ]);
  });

  it('those that can be are not', async () => {
    const options = { network: 'none', readOnlyRoot: true, pidsLimit: 64, extraHosts: { a: '127.0.0.1' }, shmSize: '64Mi', user: '0:0' };
    expect(await work.executor.preflight([work.place.request({ options })], never())).toEqual([]);
  });
});
