import assert from 'node:assert/strict';
import type { BuildRequest, Digest, ImageBuilder } from '@ambit/plugin-api';
import { memoryFiles } from '../fakes/memory-files.ts';
import type { MemoryFiles } from '../fakes/memory-files.ts';
import { clause } from './clause.ts';
import type { Clause, NotClaimed } from './clause.ts';
import { rendered } from './builder-steps.ts';
import type { BuilderContext } from './contexts.ts';
import { collect, eventually, patient, refuses } from './expect.ts';

interface Scene {
  readonly context: BuilderContext;
  readonly builder: ImageBuilder;
  readonly files: MemoryFiles;
  /** With a layer that copies the files, or those of another digest. */
  readonly request: (named?: Digest) => BuildRequest;
}

/** Not for builders that copy nothing. */
function filesClause(id: string, spec: string, run: (scene: Scene) => Promise<void>): Clause<BuilderContext> {
  return clause(id, spec, async (context): Promise<void | NotClaimed> => {
    const builder = context.open();
    const { layers } = await builder.describe(patient());
    if (!layers.includes('source')) return { notClaimed: 'layers of kind source' };
    const files = memoryFiles({ 'a.txt': 'a', 'deep/b.txt': 'b' });
    const request = (named = files.digest): BuildRequest => {
      const plain = context.request('files');
      return rendered(context, {
        ...plain,
        layers: [...plain.layers, { kind: 'source', files: named, to: '/data' }],
        files: [...plain.files, files],
      });
    };
    await run({ context, builder, files, request });
  });
}

async function refusesChanged({ context, builder }: Scene, request: BuildRequest): Promise<void> {
  await refuses(collect(builder.build(request, patient())), 'AMBIT_BUILD_FILES_CHANGED');
  const { exists } = await builder.exists(request.identity, request.machine ? { machine: request.machine } : {}, patient());
  assert.equal(exists, 'no');
  await eventually('all leftovers are cleared away', async () => ((await context.leftovers()).length === 0 ? true : undefined));
}

/** What a builder does with files that layers copy. */
export const builderFilesClauses: readonly Clause<BuilderContext>[] = [
  filesClause(
    'BU-FILES-01',
    'What a layer copies is read from the contents that were given for its digest.',
    async ({ builder, files, request }) => {
      const events = await collect(builder.build(request(), patient()));
      assert.equal(events.at(-1)?.type, 'built');
      for (const path of ['a.txt', 'deep/b.txt']) assert.ok(files.reads.includes(path), `${path} was not read`);
    },
  ),
  filesClause(
    'BU-FILES-02',
    'A file that was edited or deleted since the plan is refused with AMBIT_BUILD_FILES_CHANGED, and nothing is left.',
    async (scene) => {
      scene.files.edit('deep/b.txt', 'c');
      await refusesChanged(scene, scene.request());
      scene.files.edit('deep/b.txt', undefined);
      await refusesChanged(scene, scene.request());
      scene.files.edit('deep/b.txt', 'b');
      await collect(scene.builder.build(scene.request(), patient()));
    },
  ),
  filesClause('BU-FILES-03', 'A layer whose contents were not given is refused in the same way.', async (scene) => {
    await refusesChanged(scene, scene.request(`sha256:${'0'.repeat(64)}`));
  }),
];
