import { Image } from '@ambit/core';
import type { AnyEnvironment } from '@ambit/core';
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

  it('is told as it happens', async () => {
    const types: string[] = [];
    await build(new World(), { onEvent: ({ type, at }) => types.push(at === '' ? 'untimed' : type) }, twin);
    expect(types.at(0)).toBe('image.started');
    expect(types.at(-1)).toBe('image.ended');
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
