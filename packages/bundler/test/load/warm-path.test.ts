import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { expect, it } from 'vitest';

const heavy = ['esbuild', 'magic-string', 'oxc-parser', 'oxc-walker'];

it('loads neither esbuild nor a parser where nothing changed', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/index.ts', import.meta.url))],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  const start = Object.keys(metafile.outputs).find((name) => name.endsWith('/index.js'))!;
  const bundles = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith('/project-bundles.ts'))![0];
  const always = importedFrom(metafile, [start, bundles], false);
  expect(heavy.filter((name) => always.has(name))).toEqual([]);
  expect(heavy.filter((name) => importedFrom(metafile, [start], true).has(name))).toEqual(
    expect.arrayContaining(['esbuild', 'oxc-parser']),
  );
});

/** Everything that outputs lead to; what they import when they are asked to, only where `lazily`. */
function importedFrom({ outputs }: Metafile, starts: readonly string[], lazily: boolean): ReadonlySet<string> {
  const found = new Set(starts);
  for (const name of found)
    for (const { path, kind } of outputs[name]?.imports ?? []) if (lazily || kind !== 'dynamic-import') found.add(path);
  return found;
}
