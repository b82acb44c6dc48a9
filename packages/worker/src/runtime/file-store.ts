import type { Digest } from '@ambit/plugin-api';
import { FILES, readGlobal } from './brands.ts';
import { temporaryFiles } from './temporary-files.ts';

/** Where the bytes of a `File` go and come from: `ambit.files/1`. */
export interface FileStore {
  put(data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }>;
  get(digest: Digest): AsyncIterable<Uint8Array>;
}

/** What this process has set; a temporary folder where nothing else is, so that unit tests of tasks need nothing. */
export function fileStore(): FileStore {
  return readGlobal<FileStore>(FILES) ?? temporaryFiles();
}
