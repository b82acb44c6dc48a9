import { join } from 'node:path';
import type { WantedRuntime } from '@ambit/engine';
import { installRuntime, userFiles } from '@ambit/local';
import type { LayerEntry, LayerFiles, Machine, Placement } from '@ambit/plugin-api';
import { runtimeSource, workerFiles } from './runtime-source.ts';

/** Worker and Node for places that have neither, in the cache of this machine. */
async function portableRuntime(machine: Machine, platform: string): Promise<Placement['runtime']> {
  const { packRuntime } = await import('@ambit/worker/portable');
  const source = { files: [...(await workerFiles()), ...(await workerFiles(['relay.js', 'copy.js']))], node: process.execPath };
  const { digest, path } = await packRuntime(join(machine.cacheDirectory, 'runtimes'), source, platform);
  return { digest, locations: [{ kind: 'host-directory', machine: machine.id, path }] };
}

/** Worker and Node as an executor wants them, in the cache of this machine. */
export async function runtimeOn(machine: Machine, { kind, platform }: WantedRuntime): Promise<Placement['runtime']> {
  return kind === 'directory' ? installRuntime(machine, await runtimeSource()) : portableRuntime(machine, platform);
}

/** What is in it. All may read and start it, whatever this user's files are like. */
export async function portableFiles(
  { id, cacheDirectory }: Machine,
  { digest, locations }: Placement['runtime'],
  signal: AbortSignal,
): Promise<LayerFiles> {
  const folder = locations.find((each) => each.kind === 'host-directory' && each.machine === id);
  const path = folder?.kind === 'host-directory' ? folder.path : '';
  const files = await userFiles(cacheDirectory).layerFiles({ what: 'source', path }, signal);
  return { ...files, digest, entries: files.entries.map(forAll) };
}

function forAll(entry: LayerEntry): LayerEntry {
  if (entry.kind === 'link') return entry;
  return { ...entry, mode: entry.kind === 'folder' || entry.mode & 0o111 ? 0o755 : 0o644 };
}
