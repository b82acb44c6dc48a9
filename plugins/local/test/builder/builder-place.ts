import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildEvent, BuildRequest, ImageBuilder, ImageManifest, Layer, LayerFiles } from '@ambit/plugin-api';
import { platformOf } from '@ambit/plugin-api';
import { hostBuilder } from '../../src/builder/host-builder.ts';
import { layerFiles, localMachine } from '../../src/index.ts';
import type { FilesRequest } from '../../src/index.ts';
import { never } from '../executor/executor-place.ts';

export interface RequestParts {
  readonly base?: string;
  readonly files?: readonly LayerFiles[];
}

/** A machine of its own as far as folders go, and packages in folders, so that no registry need be asked. */
export class BuilderPlace {
  readonly directory = mkdtempSync(join(tmpdir(), 'ambit-host-'));
  readonly cacheDirectory = join(this.directory, 'cache');
  readonly machine;

  /** `env`: what differs in the environment of its commands. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    const { cacheDirectory } = this;
    this.machine = localMachine({ cacheDirectory, stateDirectory: join(this.directory, 'state'), env: { ...process.env, ...env } });
  }

  open(): ImageBuilder {
    return hostBuilder(this.machine);
  }

  /** The same folders, with other commands' environment. */
  openWith(env: Readonly<Record<string, string>>): ImageBuilder {
    const { cacheDirectory } = this;
    const machine = localMachine({ cacheDirectory, stateDirectory: join(this.directory, 'state'), env: { ...process.env, ...env } });
    return hostBuilder(machine);
  }

  put(path: string, content = path, mode = 0o644): string {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
    return file;
  }

  files(what: FilesRequest['what'], path: string): Promise<LayerFiles> {
    return layerFiles({ what, path: join(this.directory, path) }, never());
  }

  /** A package in a folder; `install` is a shell command that runs when it is installed. */
  package(name: string, { version = '1.0.0', install, bin }: { version?: string; install?: string; bin?: string } = {}): string {
    const folder = `packages/${name.replace('/', '-')}-${version}`;
    const scripts = install ? { install } : {};
    this.put(
      `${folder}/package.json`,
      JSON.stringify({ name, version, main: 'index.js', scripts, ...(bin ? { bin: { [bin]: 'index.js' } } : {}) }),
    );
    this.put(`${folder}/index.js`, `#!/usr/bin/env node\nmodule.exports = ${JSON.stringify(`${name}@${version}`)};\n`);
    return `file:${join(this.directory, folder)}`;
  }

  request(layers: readonly Layer[], { base = 'debian', files = [] }: RequestParts = {}): BuildRequest {
    const digest = `sha256:${createHash('sha256').update(JSON.stringify(layers)).digest('hex')}` as const;
    const platform = platformOf({ os: process.platform, arch: process.arch });
    return { identity: { digest, platform }, base: { reference: base }, layers, parentLayers: 0, files };
  }

  /** Names below one of the cache's folders. */
  sets(kind: 'npm' | 'python' = 'npm'): readonly string[] {
    const folder = join(this.cacheDirectory, kind);
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Whatever is not whole, or watches over what is made. */
  leftovers(): readonly string[] {
    const images = join(this.cacheDirectory, 'images');
    const ofImages = existsSync(images) ? readdirSync(images).flatMap((name) => readdirSync(join(images, name))) : [];
    return [...this.sets('npm'), ...ofImages].filter((name) => name.includes('.'));
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

/** The names of the steps that were really done. */
export function stepsDone(events: readonly BuildEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'step' && !event.cached ? [event.name] : []));
}

/** Where nothing beyond this machine answers, whoever asks. */
export const offline: Readonly<Record<string, string>> = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, 'http://127.0.0.1:9']),
);
