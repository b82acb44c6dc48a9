import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildRequest, Digest, Layer } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import type { BuilderContext } from '../clauses/contexts.ts';
import { collect, patient, settles } from '../clauses/expect.ts';
import type { ConformanceTools } from './conformance-tools.ts';
import { onDescribed } from './described-builder.ts';
import type { Builds, DescribedBuilder } from './described-builder.ts';
import { unfinishedNames } from './unfinished-names.ts';

/** Package managers may be told to run no scripts. */
export async function installScriptsRun(plugin: Builds, tools: ConformanceTools): Promise<boolean> {
  const context = await onDescribed(plugin, tools, async (parts) => new PackageBuilds(parts, true));
  try {
    const request = context.request('probe');
    await settles('a first build ends', collect(context.open().build(request, patient())));
    return (await context.timesBuilt(request)) === 1;
  } catch {
    // That it cannot build is told by its clauses.
    return true;
  } finally {
    await context.dispose();
  }
}

/** Builds of packages in folders, whose install scripts count, fail and wait, where they are run. */
export class PackageBuilds implements BuilderContext {
  readonly #parts: DescribedBuilder;
  readonly #runsScripts: boolean;
  readonly #counts = new Map<Digest, string>();
  #isOver = false;

  constructor(parts: DescribedBuilder, runsScripts: boolean) {
    this.#parts = parts;
    this.#runsScripts = runsScripts;
  }

  open(): ReturnType<Builds['builder']> {
    return this.#parts.plugin.builder(this.#parts.ground.host);
  }

  request(name: string): BuildRequest {
    return this.#request(name, 'true');
  }

  failing(): BuildRequest {
    this.#needScripts('made to fail');
    return this.#request('failing', `test -e '${this.#mark('mended')}'`);
  }

  async mend(): Promise<void> {
    writeFileSync(this.#mark('mended'), '');
  }

  slow(): ReturnType<BuilderContext['slow']> {
    this.#needScripts('made slow');
    const [begun, finish] = [this.#mark('begun'), this.#mark('finish')];
    // Where its folder goes, nobody waits any more.
    const wait = `echo x > '${begun}' && while [ -e '${begun}' ] && [ ! -e '${finish}' ]; do sleep 0.05; done`;
    return { request: this.#request('slow', wait), begun: this.#appears(begun), finish: () => writeFileSync(finish, '') };
  }

  async timesBuilt({ identity }: BuildRequest): Promise<number> {
    this.#needScripts('counted');
    const count = this.#counts.get(identity.digest);
    return count !== undefined && existsSync(count) ? readFileSync(count, 'utf8').split('\n').length - 1 : 0;
  }

  leftovers(): Promise<readonly string[]> {
    return unfinishedNames(this.#parts.ground.host);
  }

  async dispose(): Promise<void> {
    this.#isOver = true;
    await this.#parts.ground.dispose();
  }

  #mark(name: string): string {
    return join(this.#parts.ground.directory, name);
  }

  async #appears(file: string): Promise<void> {
    while (!existsSync(file) && !this.#isOver) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #needScripts(what: string): void {
    if (!this.#parts.description.layers.includes('npm')) throw cannotCheck(`a build without npm packages cannot be ${what} from outside`);
    if (!this.#runsScripts) throw cannotCheck(`a build that runs no install scripts of packages cannot be ${what} from outside`);
  }

  #request(name: string, before: string): BuildRequest {
    const count = this.#mark(`${name}.count`);
    const layers = this.#layers(name, `${before} && echo x >> '${count}'`);
    const digest: Digest = `sha256:${createHash('sha256').update(JSON.stringify(layers)).digest('hex')}`;
    this.#counts.set(digest, count);
    return {
      identity: { digest, platform: this.#parts.description.platforms[0] ?? '' },
      base: { reference: 'debian:bookworm-slim' },
      layers,
      parentLayers: 0,
      files: [],
      machine: this.#parts.ground.host.machine,
    };
  }

  #layers(name: string, install: string): readonly Layer[] {
    const { layers } = this.#parts.description;
    const made: readonly Layer[] = [
      ...(layers.includes('env') ? [{ kind: 'env' as const, variables: { NAME: name } }] : []),
      ...(layers.includes('npm') ? [{ kind: 'npm' as const, specs: [this.#package(name, install)] }] : []),
    ];
    if (made.length === 0) throw cannotCheck(`this builder realises neither env nor npm layers, but ${layers.join(', ')}`);
    return made;
  }

  #package(name: string, install: string): string {
    const folder = join(this.#parts.ground.directory, 'packages', name);
    mkdirSync(folder, { recursive: true });
    const manifest = { name: `conform-${name}`, version: '1.0.0', main: 'index.js', scripts: { install } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'index.js'), `module.exports = ${JSON.stringify(name)};\n`);
    return `file:${folder}`;
  }
}
