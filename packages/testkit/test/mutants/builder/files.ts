import type { BuildRequest } from '@ambit/plugin-api';
import type { MemoryBuilder } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';

const withoutFiles = (request: BuildRequest): BuildRequest => ({
  ...request,
  layers: request.layers.filter(({ kind }) => kind !== 'source'),
});

export const filesMutants: readonly Mutant<MemoryBuilder>[] = [
  {
    fault: 'files that are never read',
    caughtBy: 'BU-FILES-01',
    members: (builder) => ({ build: (request, signal) => builder.build(withoutFiles(request), signal) }),
  },
  {
    fault: 'files that are taken as they come',
    caughtBy: 'BU-FILES-02',
    members: (builder) => ({
      async *build(request, signal) {
        const paths = request.files.flatMap((files) => files.entries.map(({ path }) => ({ files, path })));
        for (const { files, path } of paths) await collected(files.read(path, signal)).catch(() => undefined);
        yield* builder.build(withoutFiles(request), signal);
      },
    }),
  },
  {
    fault: 'layers that are left out where their files are not there',
    caughtBy: 'BU-FILES-03',
    members: (builder) => ({
      build: (request, signal) => {
        const isThere = request.layers.every((layer) => !('files' in layer) || request.files.some(({ digest }) => digest === layer.files));
        return builder.build(isThere ? request : withoutFiles(request), signal);
      },
    }),
  },
];

async function collected(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items) continue;
}
