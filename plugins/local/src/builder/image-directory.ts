import { join } from 'node:path';
import type { ImageIdentity, Machine } from '@ambit/plugin-api';
import { machineKey } from './machine-key.ts';

/** One per image and kind of machine. */
export async function imageDirectory(machine: Machine, { digest }: ImageIdentity, signal: AbortSignal): Promise<string> {
  return join(machine.cacheDirectory, 'images', digest.slice('sha256:'.length), machineKey(await machine.facts(signal)));
}
