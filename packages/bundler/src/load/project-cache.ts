import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AmbitError } from '@ambit/plugin-api';
import { contentHash, currentInputs, stampOf } from './inputs.ts';
import type { Inputs } from './inputs.ts';
import type { PreparedProject } from './prepared-project.ts';

/** A prepared project whose module lies on disk. */
export interface ReadyProject {
  readonly prepared: PreparedProject;
  /** Absolute paths. */
  readonly module: string;
  readonly map: string;
  /** What it was prepared from, as it was last seen. Absent where that cannot be told. */
  readonly inputs?: Inputs | undefined;
}

/** A project just prepared. */
export interface NewProject {
  readonly prepared: PreparedProject;
  readonly code: string;
  readonly map: string;
  readonly inputs: Inputs | undefined;
  /** The inputs show when it no longer holds; else it serves one load. */
  readonly lasts: boolean;
}

interface Index {
  /** The code that prepared it. */
  readonly maker: string;
  readonly module: string;
  /** Bytes of the module. */
  readonly size: number;
  readonly inputs: Inputs;
  readonly prepared: PreparedProject;
}

const day = 86_400_000;

/** The folder of one entry in the cache. */
export function projectFolder(cacheDirectory: string, entry: string, ambit: string | undefined): string {
  const node = process.versions.node.split('.')[0];
  const key = JSON.stringify([entry, ambit ?? null, node, import.meta.url]);
  return join(cacheDirectory, 'loaded', createHash('sha256').update(key).digest('hex').slice(0, 40));
}

/** What is kept for an entry, if all that it was prepared from is as it was. Anything odd is as good as nothing. */
export function readProject(folder: string): ReadyProject | undefined {
  try {
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index;
    const ready = readyProject(folder, index.module, index.prepared);
    if (index.maker !== maker() || statSync(ready.module).size !== index.size) return undefined;
    const inputs = currentInputs(index.inputs);
    if (typeof inputs === 'string') return undefined;
    if (inputs !== index.inputs) writeAside(folder, 'index.json', JSON.stringify({ ...index, inputs }));
    return { ...ready, inputs };
  } catch {
    return undefined;
  }
}

export function keepProject(folder: string, { prepared, code, map, inputs, lasts }: NewProject): ReadyProject {
  const module = `${contentHash(code).slice(0, 40)}.mjs`;
  try {
    mkdirSync(folder, { recursive: true });
    writeAside(folder, module, code);
    writeAside(folder, `${module}.map`, map);
    const index = inputs && lasts && ({ maker: maker(), module, size: Buffer.byteLength(code), inputs, prepared } satisfies Index);
    if (index) writeAside(folder, 'index.json', JSON.stringify(index));
    else rmSync(join(folder, 'index.json'), { force: true });
    sweep(folder, module);
    return { ...readyProject(folder, module, prepared), inputs };
  } catch (error) {
    throw new AmbitError('AMBIT_LOAD_CACHE', `The cache folder ${folder} cannot be written: ${(error as Error).message}.`, {
      hint: 'Set AMBIT_CACHE to a folder that you may write.',
      facts: { folder },
      cause: error,
    });
  }
}

/** By their real paths: so does Node name modules. */
function readyProject(folder: string, module: string, prepared: PreparedProject): ReadyProject {
  const path = join(realpathSync(folder), module);
  return { prepared, module: path, map: `${path}.map` };
}

/** Another version of this code may prepare otherwise. */
function maker(): string {
  return JSON.stringify(stampOf(fileURLToPath(import.meta.url)) ?? null);
}

/** What is there under a name is whole. */
function writeAside(folder: string, name: string, text: string): void {
  const aside = join(folder, `${name}.${randomBytes(6).toString('hex')}.part`);
  writeFileSync(aside, text);
  renameSync(aside, join(folder, name));
}

/** A process that read an older index may still be about to import what that names. */
function sweep(folder: string, kept: string): void {
  for (const name of readdirSync(folder)) {
    if (name === 'index.json' || name.startsWith(kept)) continue;
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && Date.now() - stats.mtimeMs > day) rmSync(path, { force: true });
  }
}
