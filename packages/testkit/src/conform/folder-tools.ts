import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AmbitError, platformOf } from '@ambit/plugin-api';
import type { Digest, ImageManifest, Logger, Machine, Placement, PluginHost } from '@ambit/plugin-api';
import { silentLogger } from '../fakes/recording-logger.ts';
import { wallClock } from '../fakes/test-clock.ts';
import { memoryShared } from '../memory/memory-shared.ts';
import { patient } from '../clauses/expect.ts';
import type { ConformanceGround, ConformanceTools, ContainerTools } from './conformance-tools.ts';

export interface FolderToolsParts {
  /** This machine, with its cache and its state below a folder. */
  machine(folder: string): Machine;
  /** Brings the worker's runtime into the cache of a machine. */
  runtime(machine: Machine): Promise<Placement['runtime']>;
  readonly containers?: ContainerTools;
  readonly log?: Logger;
}

/** Grounds in temporary folders of this machine. */
export function folderTools(parts: FolderToolsParts): ConformanceTools {
  return { ground: async () => folderGround(parts, await mkdtemp(join(tmpdir(), 'ambit-conform-'))) };
}

async function folderGround(parts: FolderToolsParts, folder: string): Promise<ConformanceGround> {
  const directory = join(folder, 'beside');
  await mkdir(directory);
  const machine = parts.machine(join(folder, 'machine'));
  const host: PluginHost = {
    instance: 'conform',
    log: parts.log ?? silentLogger,
    clock: wallClock(),
    machine,
    stateDirectory: join(folder, 'state'),
    shared: memoryShared(),
    secret: noSecret,
  };
  return {
    host,
    directory,
    placement: async () => ({ image: await emptyImage(machine, join(directory, 'image')), runtime: await parts.runtime(machine) }),
    ...(parts.containers && { containers: parts.containers }),
    dispose: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function emptyImage(machine: Machine, path: string): Promise<Placement['image']> {
  const manifest: ImageManifest = { version: 1, env: {}, path: [] };
  const text = JSON.stringify(manifest);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'image.json'), text);
  const digest: Digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const identity = { digest, platform: platformOf(await machine.facts(patient())) };
  return { identity, locations: [{ kind: 'host-directory', machine: machine.id, path }] };
}

async function noSecret(name: string): Promise<string> {
  throw new AmbitError('AMBIT_SECRET_MISSING', `There is no secret ${name}: clauses are run without secrets.`, {
    hint: 'Give the value to the plugin in its options, or export `conformance` beside it.',
    facts: { name },
  });
}
