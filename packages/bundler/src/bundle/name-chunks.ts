import { basename, relative, sep } from 'node:path';
import type { BuildResult, Metafile } from 'esbuild';

type Output = Metafile['outputs'][string];

/**
 * Names the parts of a bundle by their order. esbuild's own names are digests that count source maps too, and these change with
 * comments; the new names are as long, so that maps stay right.
 */
export function nameChunks(
  { outputFiles, metafile }: BuildResult<{ write: false; metafile: true }>,
  root: string,
): readonly { readonly path: string; readonly text: string }[] {
  const chunks = Object.entries(metafile.outputs)
    .filter(([path]) => /^chunk-.*\.js$/.test(path))
    .sort(([, a], [, b]) => (content(a) < content(b) ? -1 : 1));
  const names = new Map(chunks.map(([path], index) => [basename(path, '.js'), `chunk-${String(index + 1).padStart(8, '0')}`]));
  const rename = (text: string): string => text.replaceAll(/chunk-[0-9A-Z]{8}/g, (name) => names.get(name) ?? name);
  return outputFiles.map(({ path, text }) => ({ path: rename(relative(root, path).split(sep).join('/')), text: rename(text) }));
}

/** What tells one part from another, whatever its name. */
function content({ entryPoint, inputs, exports }: Output): string {
  return JSON.stringify([entryPoint, Object.keys(inputs), exports]);
}
