import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildEvent, BuildRequest } from '@ambit/plugin-api';
import { engine, openRegistry } from '../testbed.ts';
import { DockerPlace, build, never } from './docker-place.ts';
import { contextOf } from './rendered-request.ts';

let place: DockerPlace;
const steps = (events: readonly BuildEvent[]): unknown[] =>
  events.flatMap((event) =>
    event.type === 'step' ? [[event.number, event.of, event.name.replace(/: [0-9a-f-]{36}; /, ''), event.cached]] : [],
  );

describe.skipIf(engine === undefined)('a build by a Docker engine [needs docker]', () => {
  beforeEach(async () => {
    place = await DockerPlace.open();
  });
  afterEach(() => place.dispose());

  it('tells its steps as they are done, and that they were done before', async () => {
    const request = place.request([
      { kind: 'commands', commands: [`: ${place.nonce}; echo one`] },
      { kind: 'env', variables: { NAME: 'x' } },
      { kind: 'commands', commands: [`: ${place.nonce}; echo two >&2; printf three`] },
    ]);
    const first = await build(place.builder(), request);
    expect(steps(first.events)).toEqual([
      [1, 4, 'image busybox:latest', true],
      [2, 4, 'echo one', false],
      [3, 4, 'NAME', true],
      [4, 4, 'echo two >&2; printf three', false],
    ]);
    expect(first.events.filter(({ type }) => type === 'log')).toEqual([
      { type: 'log', step: 2, stream: 'stdout', text: 'one' },
      { type: 'log', step: 4, stream: 'stderr', text: 'two' },
      { type: 'log', step: 4, stream: 'stdout', text: 'three' },
    ]);
    const layers = first.events.flatMap((event) => (event.type === 'step' ? [event.layer] : []));
    expect(layers).toEqual([undefined, 0, 1, 2]);
    const second = await build(place.builder(), request);
    expect(steps(second.events).map((step) => (step as unknown[])[3])).toEqual([true, true, true, true]);
  });

  it('keeps every line of a log in order, also those that come in pieces and in other letters', async () => {
    const { events } = await build(
      place.builder(),
      place.commands(`for n in $(seq 1 3000); do echo "line $n ü"; done; printf 'a'; sleep 0.2; echo b`),
    );
    const lines = events.flatMap((event) => (event.type === 'log' ? [event.text] : []));
    expect(lines).toEqual([...Array.from({ length: 3000 }, (_, index) => `line ${index + 1} ü`), 'ab']);
  });

  it('leaves an image with a tag and a label of its identity, in this engine', async () => {
    const request = place.commands('true');
    const { image } = await build(place.builder(), request);
    const tag = `ambit:${request.identity.digest.slice(7, 39)}`;
    const found = await place.daemon.json<{ Id: string; Size: number; Config: { Labels: Record<string, string> } }>({
      method: 'GET',
      path: `/images/${tag}/json`,
      signal: never(),
    });
    const { id } = await place.daemon.info(never());
    expect(image).toMatchObject({ locations: [{ kind: 'docker-daemon', daemon: id, imageId: found.Id }], bytes: found.Size });
    expect(found.Config.Labels).toEqual({ 'dev.ambit.identity': request.identity.digest });
  });

  it('gives its commands the proxies of this machine, which no image and no history has, and whose passwords no log has', async () => {
    const proxy = `http://user:${place.nonce}@proxy.test:3128`;
    const request = place.commands('echo "by $https_proxy"; echo "$https_proxy" | sed s,://,:,; test -z "$NPM_TOKEN"');
    const { events } = await build(place.builder({}, {}, { https_proxy: proxy, NPM_TOKEN: 'x' }), request);
    expect(events.flatMap((event) => (event.type === 'log' ? [event.text] : []))).toEqual([
      'by http://***@proxy.test:3128',
      `http:user:${place.nonce}@proxy.test:3128`,
    ]);
    const path = `/images/ambit:${request.identity.digest.slice(7, 39)}`;
    for (const part of ['json', 'history'])
      expect(JSON.stringify(await place.daemon.json({ method: 'GET', path: `${path}/${part}`, signal: never() }))).not.toContain(
        'proxy.test',
      );
  });

  it('does not take an image with the tag of another identity for it, nor one for another platform', async () => {
    const [request, other] = [place.commands('true'), place.commands('echo other')];
    await build(place.builder(), request);
    const query = { repo: 'ambit', tag: other.identity.digest.slice(7, 39) };
    const path = `/images/ambit:${request.identity.digest.slice(7, 39)}/tag`;
    await place.daemon.json({ method: 'POST', path, query, signal: never() });
    expect((await place.builder().exists(other.identity, {}, never())).exists).toBe('no');
    expect((await place.builder().exists({ ...request.identity, platform: 'linux/s390x' }, {}, never())).exists).toBe('no');
  });

  it('stands on a parent, which brings what is in it', async () => {
    const below = place.request([{ kind: 'commands', commands: [`echo ${place.nonce} > /parent`] }]);
    const parent = (await build(place.builder(), below)).image;
    const layers = [...below.layers, { kind: 'commands' as const, commands: [`test "$(cat /parent)" = ${place.nonce}`] }];
    const request = place.rendered({ ...place.request(layers), parent, parentLayers: 1 });
    const { events } = await build(place.builder(), request);
    expect(steps(events)).toHaveLength(1);
  });

  it("builds a user's own Dockerfile, to a stage and with arguments, and layers on it", async () => {
    const own = contextOf(
      [
        'ARG BASE=busybox',
        'FROM ${BASE}:latest AS one',
        'ARG WORD',
        'WORKDIR /made',
        `RUN : ${place.nonce}; echo $WORD \\`,
        '  > word',
        'FROM one AS two',
        'RUN exit 1',
      ].join('\n'),
    );
    const request = place.request([
      { kind: 'dockerfile', files: own.digest, target: 'one', args: { WORD: 'hello' } },
      { kind: 'commands', commands: ['test "$(cat /made/word)" = hello'] },
    ]);
    const [above] = place.rendered({ ...request, parentLayers: 1 }).rendered?.steps ?? [];
    const files = [{ digest: own.digest, entries: [], read: (path: string, signal: AbortSignal) => own.read(path, signal) }];
    const first = { dockerfile: 'Dockerfile', context: own, target: 'one', args: { WORD: 'hello' }, instructions: [] };
    const { events } = await build(place.builder(), { ...request, files, rendered: { steps: [first, above!] } });
    expect(events.filter(({ type }) => type === 'step').map((event) => 'name' in event && event.name)).toEqual([
      'image busybox:latest',
      'WORKDIR /made',
      expect.stringContaining('RUN : '),
      expect.stringContaining('RUN exit 1'),
      'test "$(cat /made/word)" = hello',
    ]);
    expect(await place.leftovers()).toEqual([]);
  });

  it('takes the tags of its Dockerfiles away when it is left in the middle, and when a later one fails', async () => {
    const own = contextOf(`FROM busybox:latest\nRUN : ${place.nonce}; true\n`);
    const first = { dockerfile: 'Dockerfile', context: own, args: {}, instructions: [] };
    const twoSteps = (command: string): BuildRequest => {
      const above = place.commands(command);
      return { ...above, rendered: { steps: [first, ...(above.rendered?.steps ?? [])] } };
    };
    await expect(build(place.builder(), twoSteps('exit 5'))).rejects.toMatchObject({ code: 'AMBIT_BUILD_FAILED', facts: { exitCode: 5 } });
    expect(await place.leftovers()).toEqual([]);
    const abort = new AbortController();
    const left = build(place.builder(), twoSteps(`${place.ask('tell/begun')}; sleep 600`), abort.signal);
    left.catch(() => undefined);
    await place.server.told('tell/begun');
    expect((await place.leftovers()).length).toBeGreaterThan(0);
    abort.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    await expect.poll(() => place.leftovers(), { timeout: 20_000 }).toEqual([]);
  });

  it.skipIf(openRegistry === undefined)('pulls a base by its digest (AMBIT_TEST_REGISTRY)', async () => {
    const small = place.commands('head -c 3000000 /dev/urandom > /data');
    const pushed = await build(place.builder(), { ...small, push: { repository: `${openRegistry}/ambit-test/${place.nonce}` } });
    const location = pushed.image.locations[1];
    if (location?.kind !== 'registry') throw new Error('it was not pushed');
    for (const name of [location.reference, `ambit:${small.identity.digest.slice(7, 39)}`])
      await place.daemon.json({ method: 'DELETE', path: `/images/${name}`, signal: never() });
    const base = `${openRegistry}/ambit-test/${place.nonce}@${location.digest}`;
    const { events } = await build(place.builder(), place.request([{ kind: 'commands', commands: ['test -s /data'] }], { base }));
    expect(steps(events)[0]).toEqual([1, 2, `image ${base}`, false]);
    await place.daemon.json({ method: 'DELETE', path: `/images/${base}`, query: { force: true }, signal: never() });
  });

  it('is one of thirty at once, each of them whole', async () => {
    const builder = place.builder();
    const requests = Array.from({ length: 30 }, (_, index) => place.commands(`echo "this is ${index}" > /which; cat /which`));
    const built = await Promise.all(requests.map((request) => build(builder, request)));
    expect(built.map(({ events }) => events.flatMap((event) => (event.type === 'log' ? [event.text] : [])))).toEqual(
      requests.map((_, index) => [`this is ${index}`]),
    );
    const ids = built.flatMap(({ image }) => image.locations.map((location) => location.kind === 'docker-daemon' && location.imageId));
    expect(new Set(ids).size).toBe(30);
    expect(await place.leftovers()).toEqual([]);
  }, 120_000);

  it('is made once by two processes that want it at once, which have it at one place', async () => {
    const request = place.commands(place.ask('tell/made'));
    const command = request.rendered?.steps[0]?.instructions[0]?.text ?? '';
    const fixture = fileURLToPath(new URL('../fixtures/build-once.ts', import.meta.url));
    const run = async (): Promise<string> => {
      const child = spawn(process.execPath, [
        '--conditions=@ambit/source',
        '--import',
        'tsx',
        fixture,
        request.identity.digest,
        request.identity.platform,
        command,
      ]);
      let printed = '';
      child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
      child.stderr.on('data', (data: Buffer) => (printed += data.toString()));
      await once(child, 'close');
      return printed;
    };
    const [one, two] = await Promise.all([run(), run()]);
    expect(one).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(two).toBe(one);
    expect(place.server.count('tell/made')).toBe(1);
    expect(await place.leftovers()).toEqual([]);
  });
});
