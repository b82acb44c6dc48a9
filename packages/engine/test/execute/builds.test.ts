import { describe, expect, it } from 'vitest';
import { Image } from '@ambit/core';
import { memoryBuilder, memoryFiles } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { gate, ofType, World } from '../support/world.ts';

const base = Image.fromDebianBase();
const one = base.withNpmPackages('one@1.0.0');
const two = one.withNpmPackages('two@2.0.0');

const child = environment('child_env', { work: {} }, { image: two });
const twin = environment('twin_env', { work: {} }, { image: Image.fromDebianBase().withNpmPackages('one@1.0.0') });
const root = environment('root_env', { main: {} }, { dependsOn: [child, twin], image: one });

describe('the images of a run', () => {
  it('are built once each, parents first', async () => {
    const builder = memoryBuilder();
    const world = new World({ builder, tasks: { 'root_env.main': () => 1 } });
    const { events } = await world.run(root, 'main');
    const { images } = (await world.plan(root)).plan;
    expect(builder.built.map(({ digest }) => digest)).toEqual(images.map(({ identity }) => identity));
    expect(images).toHaveLength(2);
    expect(ofType(events, 'image.ended').map(({ status }) => status)).toEqual(['built', 'built']);
  });

  it('are not built where they exist', async () => {
    const builder = memoryBuilder();
    const world = new World({ builder, tasks: { 'root_env.main': () => 1 } });
    await world.run(root, 'main');
    const { events } = await world.run(root, 'main');
    expect(builder.built).toHaveLength(2);
    expect(ofType(events, 'image.ended').map(({ status }) => status)).toEqual(['exists', 'exists']);
    expect(ofType(events, 'image.started')).toEqual([]);
  });

  it('are built as many at once as the builder takes', async () => {
    let now = 0;
    let most = 0;
    const hold = async (): Promise<void> => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    };
    const others = ['a', 'b', 'c', 'd'].map((name) => environment(`${name}_env`, { work: {} }, { image: base.withNpmPackages(name) }));
    const builder = memoryBuilder({ hold, describe: { concurrency: 2 } });
    const world = new World({ builder, tasks: { 'root_env.main': () => new Promise((resolve) => setTimeout(resolve, 60)) } });
    await world.run(environment('root_env', { main: {} }, { dependsOn: others }), 'main');
    expect(most).toBe(2);
  });

  it('are given the files that their layers copy, as they are when they are built', async () => {
    const files = memoryFiles({ 'a.txt': 'one' });
    const source = environment('root_env', { main: {} }, { image: base.withSource('/data', '/app') });
    const asked: string[] = [];
    const world = new World({
      tasks: { 'root_env.main': () => 1 },
      readFiles: async () => ({ digest: files.digest }),
      layerFiles: async ({ path }) => {
        asked.push(path);
        return files;
      },
    });
    expect((await world.run(source, 'main')).value).toBe(1);
    expect(asked).toEqual(['/data']);
    expect(files.reads).toEqual(['a.txt']);
  });

  it('show their progress', async () => {
    const shown: unknown[] = [];
    const world = new World({ tasks: { 'root_env.main': () => 1 } });
    const onEvent = ({ type, data }: { readonly type: string; readonly data: unknown }): void => {
      if (type === 'image.progress') shown.push(data);
    };
    await world.run(root, 'main', [], { onEvent });
    expect(shown).toContainEqual(expect.objectContaining({ step: 1, of: 1, name: 'npm' }));
  });
});

describe('a build that fails', () => {
  it('fails the run with step, command and log, while others are finished', async () => {
    const failing = environment('bad_env', { work: {} }, { image: base.withNpmPackages('good@1', 'missing@9') });
    const other = environment('other_env', { work: {} }, { image: base.withNpmPackages('slow') });
    const top = environment('root_env', { main: {} }, { dependsOn: [failing, other] });
    const failed = gate();
    const builder = memoryBuilder({
      fail: ({ layers }) =>
        JSON.stringify(layers).includes('missing') ? { layer: 0, command: 'npm install missing@9', exitCode: 1, log: 'E404' } : undefined,
      hold: ({ layers }) => (JSON.stringify(layers).includes('slow') ? failed.opened : Promise.resolve()),
    });
    const world = new World({ builder, tasks: { 'root_env.main': ({ signal }) => aborted(signal) } });
    const handle = await world.start(top, 'main', [], {
      onEvent: ({ type, data }) => type === 'image.ended' && data.status === 'failed' && failed.open(),
    });
    const { images } = (await world.plan(top)).plan;
    const bad = images.find(({ environments }) => environments.includes('bad_env'))!;
    expect(await handle.outcome()).toMatchObject({
      status: 'failed',
      error: {
        code: 'AMBIT_BUILD_FAILED',
        facts: { step: 1, command: 'npm install missing@9', exitCode: 1, log: 'E404', environments: ['bad_env'], image: bad.identity },
      },
    });
    const ends = ofType(await world.events(handle.name), 'image.ended');
    expect(
      Object.fromEntries(ends.map(({ image, status }) => [images.find((each) => each.identity === image)!.environments[0], status])),
    ).toEqual({
      root_env: 'built',
      bad_env: 'failed',
      other_env: 'built',
    });
  });

  it('leaves out what is built on it', async () => {
    const builder = memoryBuilder({
      fail: ({ layers }) => (layers.length === 1 ? { layer: 0, command: 'c', exitCode: 1, log: '' } : undefined),
    });
    const world = new World({ builder, tasks: { 'root_env.main': () => 1 } });
    const { outcome, events } = await world.run(root, 'main');
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'AMBIT_BUILD_FAILED' } });
    expect(ofType(events, 'image.ended').map(({ status }) => status)).toEqual(['failed', 'skipped']);
    expect(builder.built).toEqual([]);
  });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}
