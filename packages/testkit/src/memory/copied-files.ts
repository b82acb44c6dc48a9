import { createHash } from 'node:crypto';
import { AmbitError } from '@ambit/plugin-api';
import type { BuildRequest, Digest, LayerFiles } from '@ambit/plugin-api';

/** Reads what the layers of a request copy, and refuses what is not as its digests say. */
export async function readCopiedFiles({ layers, files }: BuildRequest, signal: AbortSignal): Promise<void> {
  for (const layer of layers) {
    if (!('files' in layer)) continue;
    const given = files.find(({ digest }) => digest === layer.files);
    if (!given) throw filesChanged(layer.files, 'its contents were not given');
    await readFiles(given, signal);
  }
}

async function readFiles(files: LayerFiles, signal: AbortSignal): Promise<void> {
  for (const entry of files.entries) {
    if (entry.kind !== 'file') continue;
    const hash = createHash('sha256');
    try {
      for await (const chunk of files.read(entry.path, signal)) hash.update(chunk);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
      throw filesChanged(files.digest, `${entry.path} is gone`);
    }
    if (`sha256:${hash.digest('hex')}` !== entry.digest) throw filesChanged(files.digest, `${entry.path} has another content`);
  }
}

function filesChanged(files: Digest, why: string): AmbitError {
  return new AmbitError('AMBIT_BUILD_FILES_CHANGED', `The files ${files} are not those of the plan any more: ${why}.`, {
    hint: 'Plan again.',
    facts: { files },
  });
}
