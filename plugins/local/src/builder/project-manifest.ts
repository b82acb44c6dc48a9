import type { LayerFiles } from '@ambit/plugin-api';

interface Manifest {
  readonly scripts?: unknown;
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
}

/** The names of the packages that an npm project asks for itself. */
export async function projectDependencies(files: LayerFiles, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of files.read('package.json', signal)) chunks.push(chunk);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Manifest;
    return new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
  } catch {
    signal.throwIfAborted();
    // Gone: that is told when it is copied. Damaged: npm says better what is wrong with it.
    return new Set();
  }
}

/** Scripts of the project itself are about files that an image does not have (`prepare` of a repository, say). */
export function withoutScripts(text: string): string {
  try {
    const { scripts: _scripts, ...manifest } = JSON.parse(text) as Manifest;
    return JSON.stringify(manifest, undefined, 2);
  } catch {
    return text;
  }
}
