import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildRequest, BuiltImage } from '@ambit/plugin-api';
import { memoryMachine } from '@ambit/testkit';
import { closedRegistry, engine, openRegistry } from '../testbed.ts';
import { DockerPlace, build, never } from './docker-place.ts';

let place: DockerPlace;
const password = (): string => readFileSync(process.env['AMBIT_TEST_AUTH_REGISTRY_PASSWORD_FILE'] ?? '', 'utf8').trim();
const user = process.env['AMBIT_TEST_AUTH_REGISTRY_USER'] ?? '';

function pushed({ locations }: BuiltImage): { reference: string; digest: string } {
  const location = locations.find(({ kind }) => kind === 'registry');
  if (location?.kind !== 'registry') throw new Error('it was not pushed');
  return location;
}

/** Takes it out of the engine, so that only a registry may have it. */
async function forget({ identity }: BuildRequest, reference: string): Promise<void> {
  for (const name of [reference, `ambit:${identity.digest.slice(7, 39)}`])
    await place.daemon.json({ method: 'DELETE', path: `/images/${name}`, signal: never() });
}

const isHere = (reference: string): Promise<boolean> =>
  place.daemon.json({ method: 'GET', path: `/images/${reference}/json`, signal: never() }).then(
    () => true,
    () => false,
  );

beforeEach(async () => {
  place = await DockerPlace.open();
});
afterEach(() => place.dispose());

describe.skipIf(engine === undefined || openRegistry === undefined)('pushing to an open registry [needs registry]', () => {
  it('gives the digest there, says how far it is, and finds the image there when the engine has it no more', async () => {
    const repository = `${openRegistry}/ambit-test/${place.nonce}`;
    const request = { ...place.commands('head -c 3000000 /dev/urandom > /data'), push: { repository } };
    const builder = place.builder();
    const { events, image } = await build(builder, request);
    expect(image.locations.map(({ kind }) => kind)).toEqual(['docker-daemon', 'registry']);
    const { reference, digest } = pushed(image);
    expect(reference).toBe(`${repository}:${request.identity.digest.slice(7, 39)}`);
    const last = events.filter((event) => event.type === 'progress').at(-1);
    expect(last).toMatchObject({ step: 3, unit: 'bytes' });
    const here = await builder.exists(request.identity, { push: request.push }, never());
    expect(here.exists === 'yes' && here.image.locations).toEqual(image.locations);
    await forget(request, reference);
    expect((await place.builder().exists(request.identity, {}, never())).exists).toBe('no');
    const there = await builder.exists(request.identity, { push: request.push }, never());
    expect(there).toMatchObject({ exists: 'yes', image: { locations: [{ kind: 'registry', reference, digest }] } });
  });

  it('builds on a parent that only the registry has', async () => {
    const repository = `${openRegistry}/ambit-test/${place.nonce}`;
    const below = place.commands(`echo ${place.nonce} > /parent`);
    const { image } = await build(place.builder(), { ...below, push: { repository } });
    const location = pushed(image);
    await forget(below, location.reference);
    const layers = [...below.layers, { kind: 'commands' as const, commands: [`grep -q ${place.nonce} /parent`] }];
    const parent = { ...image, locations: image.locations.slice(1) };
    await build(place.builder(), place.rendered({ ...place.request(layers), parent, parentLayers: 1 }));
    const base = `${repository}@${location.digest}`;
    await place.daemon.json({ method: 'DELETE', path: `/images/${base}`, query: { force: true }, signal: never() });
    const gone = place.rendered({ ...place.request(layers), parent: { ...parent, locations: [] }, parentLayers: 1 });
    await expect(build(place.builder(), gone)).rejects.toMatchObject({ code: 'AMBIT_BUILD_PARENT_GONE' });
  });
});

describe.skipIf(engine === undefined)('a registry that is away [needs docker]', () => {
  it('is said after the build, whose image is kept; its tag is not', async () => {
    const repository = '127.0.0.1:5999/x';
    const request = { ...place.commands('true'), push: { repository } };
    const builder = place.builder();
    const reference = `${repository}:${request.identity.digest.slice(7, 39)}`;
    const before = await builder.exists(request.identity, { push: request.push }, never());
    expect(before).toEqual({
      exists: 'unknown',
      reason: expect.stringMatching(/127\.0\.0\.1:5999 does not answer: .*ECONNREFUSED/) as string,
    });
    const failed = build(builder, request);
    await expect(failed).rejects.toMatchObject({ code: 'AMBIT_BUILD_PUSH_FAILED', facts: { reference } });
    await expect(failed).rejects.toThrow(`The image was built, and could not be pushed as ${reference}: `);
    expect(await isHere(reference)).toBe(false);
    expect((await builder.exists(request.identity, { push: request.push }, never())).exists).toBe('yes');
  });
});

describe.skipIf(engine === undefined || closedRegistry === undefined)('a registry with a login [needs registry]', () => {
  const repository = (): string => `${closedRegistry}/ambit-test/${place.nonce}`;
  const request = (): BuildRequest => ({ ...place.commands('true'), push: { repository: repository() } });
  const registries = { [closedRegistry ?? '']: { username: user, password: 'REGISTRY_PASSWORD' } };
  const configure = (config: object): void => {
    mkdirSync(join(place.directory, '.docker'), { recursive: true });
    writeFileSync(join(place.directory, '.docker/config.json'), JSON.stringify(config));
  };

  it('takes the login of the options, whose password is a secret', async () => {
    const builder = place.builder({ registries }, { secrets: { REGISTRY_PASSWORD: password() } });
    const made = request();
    const { image } = await build(builder, made);
    const { reference, digest } = pushed(image);
    await forget(made, reference);
    const existence = await builder.exists(made.identity, { push: made.push! }, never());
    expect(existence).toMatchObject({ exists: 'yes', image: { locations: [{ digest }] } });
    // As a base, it is pulled with the same login.
    const base = `${repository()}@${digest}`;
    await build(builder, place.request([], { base }));
    await place.daemon.json({ method: 'DELETE', path: `/images/${base}`, query: { force: true }, signal: never() });
    await expect(build(place.builder(), place.request([{ kind: 'env', variables: {} }], { base }))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_BASE_MISSING',
      hint: expect.stringContaining(`docker login ${closedRegistry}`) as string,
    });
  });

  it("takes the login of docker login, in its file or in its helper's", async () => {
    const auth = Buffer.from(`${user}:${password()}`).toString('base64');
    configure({ auths: { [closedRegistry ?? '']: { auth } } });
    pushed((await build(place.builder(), request())).image);
    configure({ credHelpers: { [closedRegistry ?? '']: 'test' } });
    const asked: string[] = [];
    const machine = memoryMachine({
      run: async ([program, verb], { stdin }) => {
        for await (const chunk of stdin ?? []) asked.push(`${program} ${verb} ${Buffer.from(chunk).toString()}`);
        return { stdout: Buffer.from(JSON.stringify({ Username: user, Secret: password() })) };
      },
    });
    const made = { ...place.commands('echo helper'), push: { repository: repository() } };
    pushed((await build(place.builder({}, { machine }), made)).image);
    expect(asked).toEqual([`docker-credential-test get ${closedRegistry}`]);
    const lost = build(place.builder(), { ...place.commands('echo no helper'), push: { repository: repository() } });
    await expect(lost).rejects.toMatchObject({ code: 'AMBIT_DOCKER_LOGIN', facts: { program: 'docker-credential-test' } });
  });

  it('says that a login is refused, or that there is none', async () => {
    const wrong = place.builder({ registries }, { secrets: { REGISTRY_PASSWORD: 'not it' } });
    const refused = build(wrong, request());
    await expect(refused).rejects.toMatchObject({ code: 'AMBIT_BUILD_PUSH_DENIED', facts: { username: user } });
    await expect(refused).rejects.toThrow(`the registry refuses the login of ${user}`);
    await expect(refused).rejects.not.toThrow('not it');
    const none = build(place.builder(), request());
    await expect(none).rejects.toThrow('there is no login for it');
    const other = place.commands('echo unbuilt');
    expect(await wrong.exists(other.identity, { push: { repository: repository() } }, never())).toEqual({
      exists: 'unknown',
      reason: `The registry ${closedRegistry} refuses the login of ${user}.`,
    });
  });
});
