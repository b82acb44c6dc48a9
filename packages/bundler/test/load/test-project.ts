import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { loadProject } from '../../src/index.ts';
import type { LoadedProject, LoadOptions } from '../../src/index.ts';
import { importProject } from '../../src/load/import-project.ts';
import { prepareProject } from '../../src/load/prepare/prepare-project.ts';
import { keepProject } from '../../src/load/project-cache.ts';
import type { Recording } from '../../src/load/recorder.ts';
import type { Site } from '../../src/observation.ts';

let ambitCode: string | undefined;

/** The model as a package of its own, as users import it; with an `isMain` that is false only while a project is loaded. */
export function ambitModule(): string {
  ambitCode ??= buildSync({
    stdin: {
      contents: `export { Image, TaskEnvironment } from '@ambit/core'; export const isMain = () => globalThis[Symbol.for('ambit.loading/1')] !== true;`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@ambit/source'],
    write: false,
  }).outputFiles[0]!.text;
  return ambitCode;
}

export type Files = Readonly<Record<string, string>>;

/** A project in a folder of its own, and a cache beside it. */
export class TestProject {
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'ambit-load-')));
  readonly root: string;
  readonly cacheDirectory = join(this.#folder, 'cache');

  constructor(files: Files = {}, folder = 'project') {
    this.root = join(this.#folder, folder);
    this.write({ 'package.json': '{"name":"project","type":"module"}', ...files });
    this.install('ambit', ambitModule());
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /** A package in a folder's `node_modules`. */
  install(name: string, code: string, { at = '.', manifest = {} }: { at?: string; manifest?: object } = {}): void {
    const folder = join(at, 'node_modules', name);
    const json = JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './index.js', ...manifest });
    this.write({ [join(folder, 'package.json')]: json, [join(folder, 'index.js')]: code });
  }

  load(entry = 'main.ts', options: Partial<LoadOptions> = {}): Promise<LoadedProject> {
    return loadProject({ entry: join(this.root, entry), cacheDirectory: this.cacheDirectory, ...options });
  }

  /** What loading sees of the entry, and the bundler is told. */
  async observe(entry = 'main.ts'): Promise<Recording> {
    const folder = join(this.cacheDirectory, 'observed');
    const prepared = await prepareProject({ entry: join(this.root, entry), unprovided: [], outfile: join(folder, 'module.mjs') });
    const imported = await importProject(keepProject(folder, prepared), entry);
    if (!('recording' in imported)) throw new Error(`${imported.url} has no ${imported.name}`);
    return imported.recording;
  }

  /** The text that a site is. */
  textOf({ file, start, end }: Site): string {
    return readFileSync(file, 'utf8').slice(start, end);
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
