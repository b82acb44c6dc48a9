import { chownSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecutorPlace, greeting, never, pidOf, until } from './executor-place.ts';

let place: ExecutorPlace;
beforeEach(() => {
  place = new ExecutorPlace();
});
afterEach(() => place.dispose());

/** Only root may make one; there are enough for everybody else. */
function foreignFolder(): string {
  if (process.getuid?.() !== 0) return '/usr';
  const folder = join(place.directory, 'foreign');
  mkdirSync(folder);
  chownSync(folder, 65534, 65534);
  return folder;
}

describe('starting a worker', () => {
  it('makes one process of one id, however often and wherever it is asked for', async () => {
    const executor = place.open();
    const reservation = await place.reserve(executor);
    const placement = await place.placement();
    const first = executor.start(reservation, placement, never());
    const handles = await Promise.all([
      first,
      executor.start(reservation, placement, never()),
      place.open().start(reservation, placement, never()),
    ]);
    expect(new Set(handles.map(pidOf)).size).toBe(1);
    expect(handles[1]).toEqual(handles[0]);
    expect(handles[2]).toEqual(handles[0]);
  });

  it('gives the supervisor a short environment, and the tasks certificates and proxies besides', async () => {
    const env: NodeJS.ProcessEnv = {
      ...place.env,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      NODE_EXTRA_CA_CERTS: '/nowhere.pem',
      https_proxy: 'http://proxy',
      AWS_SECRET_ACCESS_KEY: 'private',
      NODE_OPTIONS: '--no-warnings',
    };
    const executor = place.open({ env });
    const { handle } = await place.start(executor);
    const said = await greeting(await executor.connect(handle, never()));
    const names = Object.keys(said.env).filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
    expect(names.sort()).toEqual(['AMBIT_WORKER', 'HOME', 'LANG', 'PATH', 'TZ']);
    expect(said.spec['machineEnv']).toEqual({
      PATH: env.PATH,
      HOME: env.HOME,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      NODE_EXTRA_CA_CERTS: '/nowhere.pem',
      https_proxy: 'http://proxy',
    });
  });

  it('works in a folder of the worker in the cache, which nobody else may enter', async () => {
    const executor = place.open();
    const { handle, reservation } = await place.start(executor);
    const { cwd, spec } = await greeting(await executor.connect(handle, never()));
    expect(cwd).toBe(join(place.machine.cacheDirectory, 'work', reservation.request.id));
    expect(spec['workDirectory']).toBe(cwd);
    expect(statSync(cwd).mode & 0o777).toBe(0o700);
  });

  it('gives each worker files of its own where its image has a working folder', async () => {
    const image = join(place.directory, 'image');
    mkdirSync(join(image, 'root', 'app'), { recursive: true });
    writeFileSync(join(image, 'root', 'app', 'run.sh'), 'echo', { mode: 0o755 });
    symlinkSync('run.sh', join(image, 'root', 'app', 'link'));
    mkdirSync(join(image, 'root', 'app', 'fixed'), { mode: 0o555 });
    const manifest = { version: 1, env: { A: '1' }, path: ['/opt/bin'], workdir: 'root/app' };
    writeFileSync(join(image, 'image.json'), JSON.stringify(manifest));
    const executor = place.open();
    const specs = [];
    for (let count = 0; count < 2; count += 1) {
      const { handle } = await place.start(executor);
      specs.push((await greeting(await executor.connect(handle, never()))).spec);
    }
    const folders = specs.map((spec) => spec['imageDirectory'] as string);
    expect(new Set([...folders, image]).size).toBe(3);
    for (const folder of folders) {
      expect(JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8'))).toEqual(manifest);
      expect(statSync(join(folder, 'root', 'app', 'run.sh')).mode & 0o777).toBe(0o755);
      expect(readlinkSync(join(folder, 'root', 'app', 'link'))).toBe('run.sh');
      expect(statSync(join(folder, 'root', 'app', 'fixed')).mode & 0o777).toBe(0o755);
    }
  });

  it('puts sockets into a folder of mode 0700, also where it was open to others', async () => {
    const folder = join(place.sockets, 'ambit');
    mkdirSync(folder, { mode: 0o755 });
    const executor = place.open();
    const { handle } = await place.start(executor);
    await (await executor.connect(handle, never())).close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect((handle.state as { socket: string }).socket.startsWith(`${folder}/`)).toBe(true);
  });

  it('tells the worker which GPUs it was given, and their models', async () => {
    const gpu = { id: 'GPU-1', model: 'A100', memory: 2 ** 30 };
    const executor = place.open({ options: { gpus: [{ ...gpu, id: 'GPU-0', model: 'T4' }, gpu] } });
    const reservation = await place.reserve(executor, { resources: { cpu: { request: 1 }, gpu: { count: 1, models: ['A100'] } } });
    const handle = await executor.start(reservation, await place.placement(), never());
    const { spec } = await greeting(await executor.connect(handle, never()));
    expect(spec['gpus']).toEqual([{ id: 'GPU-1', model: 'A100' }]);
  });

  it('refuses a socket folder with a path that Node would cut, before and at the start', async () => {
    const long = join(place.directory, 'x'.repeat(100));
    mkdirSync(long);
    const executor = place.open({ env: { ...place.env, XDG_RUNTIME_DIR: long } });
    const [finding] = await executor.preflight([place.request()], never());
    expect(finding).toMatchObject({ code: 'AMBIT_LOCAL_SOCKETS', severity: 'error' });
    await expect(place.start(executor)).rejects.toMatchObject({ code: 'AMBIT_LOCAL_SOCKETS' });
  });

  it.each([
    ['is not there', () => join(place.directory, 'missing')],
    ['is another user’s, as su and sudo leave it', foreignFolder],
  ])('takes /tmp where the runtime folder that is named %s', async (_, folder) => {
    const { handle } = await place.start(place.open({ env: { ...place.env, XDG_RUNTIME_DIR: folder() } }));
    expect((handle.state as { socket: string }).socket).toMatch(/^\/tmp\/ambit-\d+\/[0-9a-f]{20}\.sock$/);
  });

  it('tells why a worker that died at once did so', async () => {
    const executor = place.open();
    const { handle, reservation } = await place.start(executor, { say: 'the library is damaged', exit: 3 });
    await expect(executor.connect(handle, never())).rejects.toMatchObject({
      code: 'AMBIT_WORKER_GONE',
      message: expect.stringContaining('the library is damaged') as unknown,
    });
    await until('it is gone', async () => (await executor.find(reservation, never())).is === 'gone');
    expect(await executor.find(reservation, never())).toMatchObject({
      is: 'gone',
      cause: { failure: 'infrastructure', facts: { exitCode: 3, log: 'the library is damaged' } },
    });
  });

  it('leaves nothing of a start that made no process, so that it can be tried again', async () => {
    const executor = place.open();
    const reservation = await place.reserve(executor);
    const placement = await place.placement();
    const elsewhere = {
      ...placement,
      image: { ...placement.image, locations: [{ kind: 'host-directory' as const, machine: 'another', path: '/x' }] },
    };
    await expect(executor.start(reservation, elsewhere, never())).rejects.toMatchObject({ code: 'AMBIT_LOCAL_PLACEMENT' });
    expect(await executor.find(reservation, never())).toEqual({ is: 'never-started' });
    await executor.start(reservation, placement, never());
    expect((await executor.find(reservation, never())).is).toBe('found');
  });

  it('probes the pid namespaces once per boot', async () => {
    const commands: string[] = [];
    const machine = {
      ...place.machine,
      id: place.machine.id,
      run: (...args: Parameters<typeof place.machine.run>) => (commands.push(args[0].join(' ')), place.machine.run(...args)),
    };
    expect((await place.open({ machine }).describe(never())).stopProof).toEqual(['pid-namespace']);
    const asked = commands.length;
    expect(asked).toBeGreaterThan(0);
    expect((await place.open({ machine }).describe(never())).stopProof).toEqual(['pid-namespace']);
    expect(commands.length).toBe(asked);
  });
});
