import type { Digest } from '@ambit/plugin-api';
import { FILES, readGlobal } from './brands.ts';
import { temporaryFiles } from './temporary-files.ts';

/** Where the bytes of files and directories go and come from: `ambit.files/1`. */
export interface FileStore {
  put(data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }>;
  get(digest: Digest): AsyncIterable<Uint8Array>;
  /** Where the whole content lies on this machine: to be read, and nothing else. */
  path(digest: Digest): Promise<string>;
  /** A folder of its own for the code which asks: that of the attempt, else of this process. It goes when that ends. */
  folder(): Promise<string>;
}

/** What this process has set; a temporary folder where nothing else is, so that unit tests of tasks need nothing. */
export function fileStore(): FileStore {
  return readGlobal<FileStore>(FILES) ?? temporaryFiles();
}
