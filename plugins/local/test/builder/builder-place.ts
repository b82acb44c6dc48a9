import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildEvent, BuildRequest, ImageBuilder, ImageManifest, Layer, LayerFiles } from '@ambit/plugin-api';
import { platformOf } from '../../src/machine/machine-facts.ts';
import { hostBuilder } from '../../src/builder/host-builder.ts';
import { localMachine } from '../../src/index.ts';
import { never } from '../executor/executor-place.ts';

/** A machine of its own as far as folders go, and packages in folders, so that no registry is asked. */
export class BuilderPlace {
  readonly directory = mkdtempSync(join(tmpdir(), 'ambit-host-'));
  readonly cacheDirectory = join(this.directory, 'cache');
  readonly machine = localMachine({ cacheDirectory: this.cacheDirectory, stateDirectory: join(this.directory, 'state') });

  open(): ImageBuilder {
    return hostBuilder(this.machine);
  }

  /** A package in a folder; `install` is a shell command that runs when it is installed. */
  package(name: string, { version = '1.0.0', install, bin }: { version?: string; install?: string; bin?: string } = {}): string {
    const folder = join(this.directory, 'packages', `${name.replace('/', '-')}-${version}`);
    mkdirSync(folder, { recursive: true });
    const scripts = install ? { install } : {};
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name, version, main: 'index.js', scripts, ...(bin ? { bin: { [bin]: 'index.js' } } : {}) }),
    );
    writeFileSync(join(folder, 'index.js'), `#!/usr/bin/env node\nmodule.exports = ${JSON.stringify(`${name}@${version}`)};\n`);
    return `file:${folder}`;
  }

  request(layers: readonly Layer[], base = 'debian', files: readonly LayerFiles[] = []): BuildRequest {
    const digest = `sha256:${createHash('sha256').update(JSON.stringify(layers)).digest('hex')}` as const;
    const platform = platformOf({ os: process.platform, arch: process.arch });
    return { identity: { digest, platform }, base: { reference: base }, layers, parentLayers: 0, files, machine: this.machine };
  }

  /** Names below the cache's folder of packages. */
  sets(): readonly string[] {
    const folder = join(this.cacheDirectory, 'npm');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  leftovers(): readonly string[] {
    return this.sets().filter((name) => name.includes('.'));
  }

  async dispose(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

export async function build(
  builder: ImageBuilder,
  request: BuildRequest,
  signal = never(),
): Promise<{ events: BuildEvent[]; path: string; manifest: ImageManifest }> {
  const events: BuildEvent[] = [];
  for await (const event of builder.build(request, signal)) events.push(event);
  const last = events.at(-1);
  const location = last?.type === 'built' ? last.image.locations[0] : undefined;
  if (location?.kind !== 'host-directory') throw new Error('it was not built into a folder');
  return { events, path: location.path, manifest: JSON.parse(readFileSync(join(location.path, 'image.json'), 'utf8')) as ImageManifest };
}
