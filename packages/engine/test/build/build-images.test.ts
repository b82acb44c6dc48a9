import { Image, Secret } from '@ambit/core';
import type { AnyEnvironment } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { ImageBuilder } from '@ambit/plugin-api';
import { memoryBuilder } from '@ambit/testkit';
import { describe, expect, it } from 'vitest';
import type { BuildOptions, BuiltImageReport } from '../../src/index.ts';
import { environment } from '../support/test-project.ts';
import { gate, never, World } from '../support/world.ts';

const base = Image.fromDebianBase();
const one = base.withNpmPackages('one@1.0.0');
const child = environment('child_env', { work: {} }, { image: one.withNpmPackages('two@2.0.0') });
const twin = environment('twin_env', { work: {} }, { image: one });
const other = environment('other_env', { work: {} }, { image: base.withNpmPackages('other@1.0.0') });
const root = environment('root_env', { main: {} }, { dependsOn: [child, twin, other], image: one });

/** As the mark of a loaded module does. */
function marked<T>(at: string, make: () => T): T {
  const place = Symbol.for('ambit.place/1');
  Object.assign(globalThis, { [place]: at });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(globalThis, place);
  }
}

async function build(world: World, options: BuildOptions = {}, of: AnyEnvironment = root): Promise<readonly BuiltImageReport[]> {
  return world.engine.build(await world.plan(of), options, never());
}

describe('building without a run', () => {
  it('builds what is missing, and says of each image what became of it', async () => {
    const builder = memoryBuilder();
    const world = new World({ builder });
    const reports = await build(world);
    const { images } = (await world.plan(root)).plan;
    expect(reports.map(({ identity, environments }) => ({ identity, environments }))).toEqual(
      images.map(({ identity, environments }) => ({ identity, environments })),
    );
    expect(reports.map(({ status, locations }) => [status, locations.length])).toEqual(images.map(() => ['built', 1]));
    expect((await build(world)).map(({ status, locations }) => [status, locations.length])).toEqual(images.map(() => ['exists', 1]));
    expect(builder.built).toHaveLength(images.length);
  });

  it('builds all again where it is told to', async () => {
    const builder = memoryBuilder();
    const world = new World({ builder });
    await build(world);
    expect((await build(world, { force: true })).map(({ status }) => status)).toEqual(['built', 'built', 'built']);
    expect(builder.built).toHaveLength(6);
  });

  it('finishes the others where one fails, and leaves out what would be built on it', async () => {
    const [failing] = (await new World().plan(twin)).plan.images;
    const hold = async ({ identity }: { readonly identity: { readonly digest: string } }): Promise<void> => {
      if (identity.digest === failing!.identity) throw new Error('the disk is full');
    };
    const reports = await build(new World({ builder: memoryBuilder({ hold }) }));
    const of = (name: string): BuiltImageReport => reports.find(({ environments }) => environments.includes(name))!;
    expect(of('twin_env')).toMatchObject({ status: 'failed', locations: [], error: { code: 'AMBIT_BUILD_FAILED' } });
    expect(of('child_env')).toMatchObject({ status: 'skipped', error: { code: 'AMBIT_BUILD_FAILED' } });
    expect(of('other_env')).toMatchObject({ status: 'built' });
    expect(of('other_env')).not.toHaveProperty('error');
  });

  it.each<[string, `AMBIT_${string}`, Record<string, number>, string | undefined]>([
    ['a layer', 'AMBIT_BUILD_FAILED', { layer: 1 }, 'images.ts:3'],
    ['the base', 'AMBIT_BUILD_BASE_MISSING', {}, 'images.ts:1'],
    ['a push', 'AMBIT_BUILD_PUSH_FAILED', {}, 'images.ts:1'],
    ['a builder that does not answer', 'AMBIT_DOCKER_UNREACHABLE', {}, undefined],
  ])('has the place in the code of what failed: %s', async (_, code, facts, at) => {
    const hold = async (): Promise<void> => {
      throw new AmbitError(code, 'It failed.', { hint: 'Mend it.', facts });
    };
    const from = marked('images.ts:1', () => Image.fromDebianBase());
    const first = marked('images.ts:2', () => from.withNpmPackages('one@1.0.0'));
    const image = marked('images.ts:3', () => first.withNpmPackages('two@2.0.0'));
    const of = environment('placed_env', { work: {} }, { image });
    const [report] = await build(new World({ builder: memoryBuilder({ hold }) }), {}, of);
    expect(report).toMatchObject({ status: 'failed', error: { code: 'AMBIT_BUILD_FAILED' } });
    expect(report?.error?.at).toBe(at);
  });

  it.each<[`AMBIT_${string}`, (image: string) => string, string]>([
    [
      'AMBIT_BUILD_FAILED',
      (image) => `The ${image} could not be built: "make" failed.`,
      'The image of a_env could not be built: "make" failed.',
    ],
    [
      'AMBIT_BUILD_NO_SPACE',
      (image) => `There is no space left for the ${image}.`,
      'The image of a_env could not be built: There is no space left for the image of a_env.',
    ],
  ])('names the image that failed by its environments, where its builder knows a digest: %s', async (code, says, message) => {
    for (const digits of [12, 64]) {
      const hold = async ({ identity }: { readonly identity: { readonly digest: string } }): Promise<void> => {
        throw new AmbitError(code, says(`image ${identity.digest.slice(0, 'sha256:'.length + digits)}`), { hint: 'Mend it.' });
      };
      const [report] = await build(new World({ builder: memoryBuilder({ hold }) }), {}, environment('a_env', { work: {} }));
      expect(report?.error?.message).toBe(message);
      expect(JSON.stringify(report?.error?.cause ?? '')).not.toContain('sha256:');
    }
  });

  it('is told as it happens', async () => {
    const types: string[] = [];
    await build(new World(), { onEvent: ({ type, at }) => types.push(at === '' ? 'untimed' : type) }, twin);
    expect(types.at(0)).toBe('image.started');
    expect(types.at(-1)).toBe('image.ended');
  });

  it('hands the secrets of layers over to who builds, and takes them out of all that is said', async () => {
    const asked: string[] = [];
    const get = async (name: string): Promise<string | undefined> => (
      asked.push(name),
      name === 'team/TOKEN' ? 'hunter2-hunter2' : undefined
    );
    const vault = { name: 'vault', has: async () => true, get, dispose: async () => undefined };
    const secrets = [Secret.env('TOKEN', { group: 'team' })];
    const image = base.withPipPackages('six', { secrets }).withPipPackages('idna', { secrets: ['OTHER'] });
    const known = memoryBuilder();
    const builder: ImageBuilder = {
      ...known,
      describe: async (signal) => ({
        ...(await known.describe(signal)),
        features: { ...(await known.describe(signal)).features, buildSecrets: true },
      }),
      async *build(request) {
        const [token, other] = request.secrets ?? [];
        const log = `${other?.name}, ${token?.name}: ${await token?.value()}`;
        yield { type: 'log', step: 1, stream: 'stdout', text: log };
        throw new AmbitError('AMBIT_BUILD_FAILED', log, { hint: log, facts: { log } });
      },
    };
    const events: unknown[] = [];
    const world = new World({ builder, secrets: [vault] });
    const [report] = await build(world, { onEvent: (event) => events.push(event) }, environment('a_env', { work: {} }, { image }));
    const said = 'OTHER, team/TOKEN: ***';
    expect(report?.error).toMatchObject({ message: said, hint: said, facts: { log: said } });
    expect(JSON.stringify([report, events])).not.toContain('hunter2');
    expect(JSON.stringify(events)).toContain(said);
    expect(asked).toEqual(['team/TOKEN']);
  });

  it('ends when it is told to, and leaves no build behind', async () => {
    const building = gate();
    const hold = async (): Promise<void> => {
      building.open();
      await new Promise(() => undefined);
    };
    const builder = memoryBuilder({ hold });
    const world = new World({ builder });
    const stop = new AbortController();
    const work = world.engine.build(await world.plan(root), {}, stop.signal);
    await building.opened;
    stop.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    expect(builder.built).toEqual([]);
  });

  it('of a plan with errors is refused', async () => {
    const cyclic = environment('a_env', { work: {} });
    cyclic.addDependency(environment('b_env', { work: {} }, { dependsOn: [cyclic] }));
    await expect(build(new World(), {}, cyclic)).rejects.toMatchObject({ code: 'AMBIT_PLAN_INVALID' });
  });
});
