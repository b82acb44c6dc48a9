import { basename } from 'node:path';
import type { Metafile } from 'esbuild';

export interface CodeFile {
  readonly path: string;
  readonly text: string;
}

/** One entry of a build. */
export interface BundleOutput {
  readonly name: string;
  /** What its modules have behind their paths; none where the build has no other entry. */
  readonly suffix: string;
}

type Output = Metafile['outputs'][string];

type OutputFiles = ReadonlyMap<string, { readonly text: string }>;

/** The files of one bundle, of those of a build: `entry.js`, its parts, and maps. */
export function filesOf(files: OutputFiles, metafile: Metafile, { name, suffix }: BundleOutput): readonly CodeFile[] {
  if (suffix === '') return renamed(files, chunkNames(metafile));
  const [code, map] = [files.get(`${name}.js`), files.get(`${name}.js.map`)];
  const text = code?.text.replaceAll(suffix, '') ?? '';
  // Where its map is, says the last line.
  const end = text.lastIndexOf(`${name}.js.map`);
  return [
    { path: 'entry.js', text: `${text.slice(0, end)}entry${text.slice(end + name.length)}` },
    { path: 'entry.js.map', text: map?.text ?? '' },
  ];
}

/**
 * Names the parts of a bundle by their order. esbuild's own names are digests that count source maps too, and these change with
 * comments; the new names are as long, so that maps stay right.
 */
function chunkNames(metafile: Metafile): ReadonlyMap<string, string> {
  const chunks = Object.entries(metafile.outputs)
    .filter(([path]) => /^chunk-.*\.js$/.test(path))
    .sort(([, a], [, b]) => (content(a) < content(b) ? -1 : 1));
  return new Map(chunks.map(([path], index) => [basename(path, '.js'), `chunk-${String(index + 1).padStart(8, '0')}`]));
}

function renamed(files: OutputFiles, names: ReadonlyMap<string, string>): readonly CodeFile[] {
  const rename = (text: string): string => text.replaceAll(/chunk-[0-9A-Z]{8}/g, (name) => names.get(name) ?? name);
  return [...files].map(([path, { text }]) => (names.size === 0 ? { path, text } : { path: rename(path), text: rename(text) }));
}

/** What tells one part from another, whatever its name. */
function content({ entryPoint, inputs, exports }: Output): string {
  return JSON.stringify([entryPoint, Object.keys(inputs), exports]);
}
