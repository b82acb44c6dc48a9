import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildRequest } from '@ambit/plugin-api';
import { AmbitError } from '@ambit/plugin-api';
import { CutProxy } from '../../../../tools/cut-proxy.ts';
import { engine } from '../testbed.ts';
import { DockerPlace, build, never } from './docker-place.ts';
import { contextOf } from './rendered-request.ts';

let place: DockerPlace;

async function failure(request: BuildRequest, builder = place.builder()): Promise<AmbitError> {
  try {
    await build(builder, request);
  } catch (error) {
    if (AmbitError.is(error)) return error;
    throw error;
  }
  throw new Error('it was built');
}

describe.skipIf(engine === undefined)('a build that fails in a Docker engine [needs docker]', () => {
  beforeEach(async () => {
    place = await DockerPlace.open();
  });
  afterEach(() => place.dispose());

  it('names the command, its exit code and the layer, and has the end of its log', async () => {
    const command = `: ${place.nonce}; seq 1 300 >&2; echo oh no >&2; exit 7`;
    const request = place.request([
      { kind: 'env', variables: { A: 'b' } },
      { kind: 'commands', commands: ['true', command] },
    ]);
    const { code, message, facts } = await failure(request);
    expect(code).toBe('AMBIT_BUILD_FAILED');
    expect(message).toBe(`The image ${request.identity.digest.slice(0, 19)} could not be built: "${command}" ended with exit code 7.`);
    expect(facts).toMatchObject({ step: 4, of: 4, layer: 1, command, exitCode: 7 });
    const lines = (facts['log'] as string).split('\n');
    expect(lines).toHaveLength(200);
    expect(lines.at(-1)).toBe('oh no');
    expect(await place.leftovers()).toEqual([]);
  });

  it('says what a copy misses, without an exit code', async () => {
    const request = place.request([]);
    const [step] = request.rendered?.steps ?? [];
    const text = 'COPY nothing /x';
    const rendered = {
      ...step!,
      context: contextOf(`ARG AMBIT_BASE\nFROM \${AMBIT_BASE}\n${text}\n`),
      instructions: [{ layer: 0, text, name: text }],
    };
    const { message, hint, facts } = await failure({ ...request, rendered: { steps: [rendered] } });
    expect(message).toMatch(/"COPY nothing \/x" could not be done: "\/nothing" not found\.$/);
    expect(hint).toBe('Correct this layer.');
    expect(facts).toHaveProperty('log', '');
    expect(facts).toMatchObject({ step: 2, layer: 0, command: text });
    expect(facts).not.toHaveProperty('exitCode');
  });

  it('says where a Dockerfile of the user is wrong, and which layer it is', async () => {
    const step = { dockerfile: 'Dockerfile', context: contextOf('FROM busybox:latest\nRUM x\n'), args: {}, instructions: [] };
    const digest = `sha256:${'0'.repeat(64)}` as const;
    const layers = [{ kind: 'dockerfile', files: digest, args: {} }] as const;
    const files = [{ digest, entries: [], read: () => Readable.from([]) }];
    const request = { ...place.request([]), layers, files, rendered: { steps: [step] } };
    const { code, message, hint, facts } = await failure(request);
    expect(code).toBe('AMBIT_BUILD_FAILED');
    expect(message).toContain('unknown instruction: RUM');
    expect(hint).toBe('Correct the Dockerfile.');
    expect(facts).toMatchObject({ layer: 0, log: '' });
  });

  it('says of a command that wrote nothing that it did', async () => {
    const { message, hint, facts } = await failure(place.commands('exit 3'));
    expect(message).toMatch(/ ended with exit code 3\.$/);
    expect(hint).toBe('Correct this layer. It wrote nothing: have it say what it does.');
    expect(facts).toMatchObject({ exitCode: 3, log: '' });
  });

  it.each([
    ['no such tag', '127.0.0.1:5000/library/busybox:nope', /manifest.* unknown|not found/, /Correct the name/],
    ['no such digest', `127.0.0.1:5000/library/busybox@sha256:${'1'.repeat(64)}`, /manifest.* unknown|not found/, /Correct the name/],
    ['a registry that is not there', '127.0.0.1:5999/x:1', /refused/, /reaches the registry/],
    ['no name at all', '../containers/x', /no name of an image/, /./],
  ])('names a base that cannot be pulled: %s', async (_, base, reason, hint) => {
    const error = await failure(place.request([], { base }));
    expect(error.code).toBe('AMBIT_BUILD_BASE_MISSING');
    expect(error.message).toContain(`The image ${base}, on which another is to be built, cannot be pulled: `);
    expect(error.message).toMatch(reason);
    expect(error.message).not.toMatch(/\b([^:]+): \1\./);
    expect(error.hint).toMatch(hint);
  });

  it('says that a disk is full, whose it is, and how room is made', async () => {
    const { code, message, hint, facts } = await failure(place.commands('echo x > /dev/full'));
    expect(code).toBe('AMBIT_BUILD_NO_SPACE');
    expect(message).toContain('no space left on the disk of the Docker engine');
    expect(hint).toContain('docker builder prune');
    expect(facts['log']).toContain('No space left on device');
  });

  it('refuses a platform that the engine does not build for, and layers that need secrets', async () => {
    const request = place.commands('true');
    const other = await failure({ ...request, identity: { ...request.identity, platform: 'linux/s390x' } });
    expect(other.message).toBe(`An image for linux/s390x was asked for, and the Docker engine builds for ${place.platform}.`);
    const secret = { kind: 'pip' as const, specs: ['x'], secrets: ['TOKEN'] };
    expect((await failure({ ...request, layers: [secret] })).code).toBe('AMBIT_BUILD_UNSUPPORTED_LAYER');
    const { rendered: _, ...bare } = request;
    expect((await failure(bare)).code).toBe('AMBIT_BUILD_NOT_RENDERED');
  });

  it('says that the engine went away in the middle, and builds when it is back', async () => {
    const proxy = new CutProxy((engine ?? '').replace('unix://', ''), place);
    await proxy.join();
    const builder = place.builder({ host: proxy.host });
    const request = place.commands(`${place.ask('tell/begun')}; while ! ${place.ask('finish')} 2>/dev/null; do sleep 0.1; done`);
    const failed = failure(request, builder);
    await place.server.told('tell/begun');
    await proxy.cut();
    expect(await failed).toMatchObject({
      code: 'AMBIT_DOCKER_DROPPED',
      message: `The Docker engine at ${proxy.host} closed the connection before it had answered in full.`,
    });
    expect(await failure(request, builder)).toMatchObject({ code: 'AMBIT_DOCKER_UNREACHABLE' });
    const existence = await builder.exists(request.identity, {}, never());
    expect(existence).toEqual({ exists: 'unknown', reason: expect.stringContaining('does not answer') as string });
    await expect.poll(() => place.leftovers(), { timeout: 20_000 }).toEqual([]);
    await proxy.join();
    place.server.allow('finish');
    await build(builder, request);
    expect((await builder.exists(request.identity, {}, never())).exists).toBe('yes');
    await proxy.cut();
  });
});
