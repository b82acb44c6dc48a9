import { describe, expect, it } from 'vitest';
import { Image, environmentDefinition, imageKey } from '@ambit/core';
import type { FactRequest } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { StandardSchemaV1 } from '@ambit/plugin-api';
import { memoryBuilder, memoryExecutor } from '@ambit/testkit';
import { environment, testProject } from '../support/test-project.ts';
import { never, World } from '../support/world.ts';

const settings = { platform: 'linux/amd64', builders: ['host'], executors: ['local'] };
const image = Image.fromDebianBase().withSource('/data', '/app');

describe('planning', () => {
  it('asks about files, and plans with the answers', async () => {
    const asked: string[] = [];
    const world = new World({
      readFiles: async ({ what, path }: Extract<FactRequest, { kind: 'files' }>) => {
        asked.push(`${what} ${path}`);
        return { digest: `sha256:${'7'.repeat(64)}` };
      },
    });
    const { plan, definitions } = await world.plan(environment('a_env', { work: {} }, { image }));
    expect(asked).toEqual(['source /data']);
    expect(plan.diagnostics).toEqual([]);
    expect(plan.images[0]?.layers[0]).toMatchObject({ kind: 'source', files: `sha256:${'7'.repeat(64)}` });
    expect([...definitions.keys()]).toEqual(['a_env']);
  });

  it('makes what cannot be found out a finding of the plan', async () => {
    const world = new World({
      readFiles: async () => {
        throw new AmbitError('AMBIT_FILES_MISSING', 'There is no folder /data.', { hint: 'Make it.' });
      },
    });
    const { plan } = await world.plan(environment('a_env', { work: {} }, { image }));
    expect(plan.diagnostics).toContainEqual(
      expect.objectContaining({ severity: 'error', message: expect.stringContaining('/data') as string }),
    );
  });

  it('asks builders and executors once', async () => {
    let asked = 0;
    const builder = memoryBuilder();
    const executor = memoryExecutor();
    const describeBuilder = builder.describe.bind(builder);
    builder.describe = (signal) => {
      asked += 1;
      return describeBuilder(signal);
    };
    const describeExecutor = executor.describe.bind(executor);
    executor.describe = (signal) => {
      asked += 1;
      return describeExecutor(signal);
    };
    const world = new World({ builder, executor });
    const root = environment('a_env', { work: {} }, { dependsOn: [environment('b_env', { work: {} })] });
    await world.plan(root);
    await world.plan(root);
    expect(asked).toBe(2);
  });

  it('asks a builder for its Python where an image asks for one, and not again', async () => {
    const builder = memoryBuilder();
    const describeBuilder = builder.describe.bind(builder);
    const asked: unknown[] = [];
    builder.describe = async (signal, options) => {
      asked.push(options);
      return { ...(await describeBuilder(signal)), debian: { ...(options?.python && { python: ['3.11'] }) } };
    };
    const world = new World({ builder });
    await world.plan(environment('a_env', { work: {} }));
    const old = environment('b_env', { work: {} }, { image: Image.fromDebianBase({ python: '3.7' }) });
    const planned = await world.plan(old);
    expect(planned.plan.diagnostics).toMatchObject([{ code: 'AMBIT_PLAN_BUILDER_MISMATCH', severity: 'error' }]);
    await world.engine.status(planned, never());
    await world.plan(environment('a_env', { work: {} }));
    expect(asked).toEqual([{}, { python: true }]);
  });

  it('checks options by the schema of the executor, which takes none without one', async () => {
    const schema: StandardSchemaV1 = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value) =>
          'size' in (value as object)
            ? { value }
            : { issues: [{ message: 'Not known.', path: ['nope', { key: 0 }] }, { message: 'No size' }] },
      },
    };
    const plan = async (options: Record<string, number>, parts: ConstructorParameters<typeof World>[0] = {}): Promise<string[]> => {
      const { engine } = new World(parts);
      const root = environment('a_env', { work: {} });
      const given = { ...settings, environments: { a_env: { options, by: 'configuration' } } };
      const planned = await engine.plan(testProject([root]), [{ environment: environmentDefinition(root)! }], given, never());
      return planned.plan.diagnostics.map(({ code, message }) => `${code} ${message}`);
    };
    const said = 'AMBIT_PLAN_OPTIONS The configuration gives a_env options that executor local refuses:';
    expect(await plan({ nope: 1 })).toEqual([`${said} nope: it takes no options.`]);
    const optionsSchemas = new Map([['local', schema]]);
    expect(await plan({ nope: 1 }, { optionsSchemas })).toEqual([`${said} nope.0: Not known; No size.`]);
    expect(await plan({ size: 1 }, { optionsSchemas })).toEqual([]);
    expect(await plan({})).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const world = new World({
      readFiles: async (_, signal) => {
        stop.abort(new Error('told'));
        signal.throwIfAborted();
        return { digest: `sha256:${'7'.repeat(64)}` };
      },
    });
    const a = environment('a_env', { work: {} }, { image });
    const targets = [{ environment: environmentDefinition(a)! }];
    await expect(world.engine.plan(testProject([a]), targets, settings, stop.signal)).rejects.toThrow('told');
  });
});

describe('the status of a plan', () => {
  it('says of each image whether it is there', async () => {
    const builder = memoryBuilder();
    const world = new World({ builder, tasks: { 'a_env.work': () => 1 } });
    const a = environment('a_env', { work: {} });
    const planned = await world.plan(a);
    const key = imageKey(planned.plan.images[0]!);
    expect((await world.engine.status(planned, never())).images[key]).toMatchObject({ status: 'build' });
    await world.run(a, 'work');
    expect((await world.engine.status(planned, never())).images[key]).toMatchObject({ status: 'exists' });
  });

  it('says with the reason what is not known', async () => {
    const builder = memoryBuilder();
    builder.exists = async () => ({ exists: 'unknown', reason: 'nobody answers' });
    const world = new World({ builder });
    const planned = await world.plan(environment('a_env', { work: {} }));
    expect(Object.values((await world.engine.status(planned, never())).images)).toEqual([{ status: 'unknown', reason: 'nobody answers' }]);
    builder.exists = async () => {
      throw new Error('it broke');
    };
    expect(Object.values((await world.engine.status(planned, never())).images)).toMatchObject([
      { status: 'unknown', reason: expect.stringContaining('it broke') as string },
    ]);
  });
});
