import { createHash } from 'node:crypto';
import type { Digest, LayerFiles } from '@ambit/plugin-api';

/** Contents of layers that can be edited after they were described, as a user's files can. */
export interface MemoryFiles extends LayerFiles {
  /** The paths that were read, in order. */
  readonly reads: readonly string[];
  /** Gives a file another text; undefined deletes it. What was described stays as it was. */
  edit(path: string, text: string | undefined): void;
}

/** Files by path, of mode 0644. */
export function memoryFiles(texts: Readonly<Record<string, string>>): MemoryFiles {
  const now = new Map(Object.entries(texts));
  const reads: string[] = [];
  const entries = [...now]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => ({ path, kind: 'file' as const, mode: 0o644, size: Buffer.byteLength(text), digest: digestOf(text) }));
  return {
    digest: digestOf(JSON.stringify(entries)),
    entries,
    reads,
    edit: (path, text) => void (text === undefined ? now.delete(path) : now.set(path, text)),
    async *read(path, signal) {
      signal.throwIfAborted();
      reads.push(path);
      const text = now.get(path);
      if (text === undefined) throw Object.assign(new Error(`there is no file ${path}`), { code: 'ENOENT' });
      yield Buffer.from(text);
    },
  };
}

function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
