import { join } from 'node:path';
import type { Machine, Placement } from '@ambit/plugin-api';
import { workerFiles } from './runtime-source.ts';

/** Worker and Node for places that have neither, in the cache of this machine. */
export async function portableRuntime(machine: Machine, platform: string): Promise<Placement['runtime']> {
  const { packRuntime } = await import('@ambit/worker/portable');
  const source = { files: [...(await workerFiles()), ...(await workerFiles(['relay.js']))], node: process.execPath };
  const { digest, path } = await packRuntime(join(machine.cacheDirectory, 'runtimes'), source, platform);
  return { digest, locations: [{ kind: 'host-directory', machine: machine.id, path }] };
}
