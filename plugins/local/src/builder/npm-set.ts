import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AmbitError, readText, withoutPasswords, writeText } from '@ambit/plugin-api';
import type { BuildRequest, Layer, LayerFiles, Machine } from '@ambit/plugin-api';
import { readFiles } from '../files/read-files.ts';
import type { LayerContent } from './layer-content.ts';
import { machineKey } from './machine-key.ts';
import type { MakingWork } from './make-once.ts';
import { storageError } from './making-errors.ts';
import { blamedLayer } from './package-set.ts';
import type { PackageSet, SetStep } from './package-set.ts';
import { flattenedSpecs } from './package-specs.ts';
import type { PackageSpec } from './package-specs.ts';
import { projectDependencies, withoutScripts } from './project-manifest.ts';

const flags = ['--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--install-links', '--omit=dev'];

/** npm only warns of files that it could not write. Of those that vanish while it gives up optional packages, too. */
const alarm = '\\btar (?:TAR_ENTRY_ERROR )?(?!ENOENT)E[A-Z]{2,}';

interface Project {
  readonly files: LayerFiles;
  readonly lock: boolean;
  readonly layer: number;
}

interface Wanted {
  readonly project: Project | undefined;
  readonly specs: readonly PackageSpec[];
}

/** All npm layers of an image as one `node_modules`: those of the project first, then the packages added. */
export async function npmSet(
  request: BuildRequest,
  machine: Machine,
  content: LayerContent,
  signal: AbortSignal,
): Promise<PackageSet | undefined> {
  const project = projectOf(request.layers, content);
  const all = await flattenedSpecs(request.layers, (path) => nameOfFolder(machine, path, signal));
  const own = project ? await projectDependencies(project.files, signal) : new Set<string>();
  // Of two layers that install one package, the later wins.
  const specs = all.filter(({ name, layer }) => !project || layer > project.layer || name === undefined || !own.has(name));
  const wanted = { project, specs };
  if (!project && specs.length === 0) return undefined;
  return {
    place: join(machine.cacheDirectory, 'npm', await setKey(wanted, machine, signal)),
    proof: 'package.json',
    publish: 'rename',
    steps: stepsOf(wanted),
    prepare: (directory, making) => prepare(machine, directory, wanted, { content, signal: making }),
  };
}

function projectOf(layers: readonly Layer[], content: LayerContent): Project | undefined {
  let found: Project | undefined;
  for (const [index, layer] of layers.entries()) {
    if (layer.kind !== 'npm-project') continue;
    if (found && found.files.digest !== layer.files)
      throw new AmbitError('AMBIT_BUILD_TWO_PROJECTS', 'The image has two npm projects, and the builder "host" can install one.', {
        hint: 'Make one project of them, or name the packages of one with withNpmPackages().',
        facts: { layer: index, other: found.layer },
      });
    found = { files: content.of(layer.files), lock: layer.lock, layer: index };
  }
  return found;
}

/** A package in a folder counts by its files, as in the identity of the image. */
async function setKey({ project, specs }: Wanted, machine: Machine, signal: AbortSignal): Promise<string> {
  const parts: unknown[] = [machineKey(await machine.facts(signal)), ...(project ? [{ project: project.files.digest }] : [])];
  for (const { spec } of specs) {
    const path = /^(?:.*@)?file:(.*)$/.exec(spec)?.[1];
    parts.push(spec, ...(path === undefined ? [] : [{ files: (await readFiles({ what: 'source', path }, signal)).digest }]));
  }
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

function stepsOf({ project, specs }: Wanted): readonly SetStep[] {
  const blamed = (log: string): number => blamedLayer(specs, complaints(log));
  const names = specs.map(({ name, spec }) => (spec.includes('file:') && name) || withoutPasswords(spec));
  return [
    ...(project ? [{ name: project.lock ? 'npm ci' : 'npm install', layer: project.layer }] : []),
    ...(specs.length > 0 ? [{ name: `npm install ${names.join(' ')}`, layer: Math.max(...specs.map(({ layer }) => layer)), blamed }] : []),
  ];
}

function complaints(log: string): readonly string[] {
  const lines = log.split('\n').filter((line) => /\berr(or|!)/i.test(line));
  return lines.join(' ').split(/[\s'"]+/);
}

interface Preparing {
  readonly content: LayerContent;
  readonly signal: AbortSignal;
}

async function prepare(machine: Machine, directory: string, wanted: Wanted, { content, signal }: Preparing): Promise<MakingWork> {
  const { project, specs } = wanted;
  const npm = (command: string, ...args: readonly string[]) => ({
    argv: ['npm', command, ...flags, '--prefix', directory, ...args],
    cwd: directory,
    alarm,
  });
  const added = specs.map(({ spec }) => spec);
  if (!project) {
    await writeManifest(machine, directory, signal);
    return { commands: [npm('install', '--no-package-lock', ...added)] };
  }
  const change = (path: string, text: string): string => (path === 'package.json' ? withoutScripts(text) : text);
  await content.write(machine, directory, project.files, { signal, change });
  const kept = project.lock ? ['--no-save'] : ['--no-save', '--no-package-lock'];
  return {
    commands: [project.lock ? npm('ci') : npm('install', ...kept), ...(added.length > 0 ? [npm('install', ...kept, ...added)] : [])],
    // It may hold credentials.
    remove: ['.npmrc'],
  };
}

async function writeManifest(machine: Machine, directory: string, signal: AbortSignal): Promise<void> {
  const manifest = { name: 'ambit-packages', version: '0.0.0', private: true };
  const file = join(directory, 'package.json');
  try {
    await writeText(machine, file, JSON.stringify(manifest, undefined, 2), { mode: 0o644, signal });
  } catch (error) {
    throw storageError(file, error);
  }
}

async function nameOfFolder(machine: Machine, folder: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const text = await readText(machine, join(folder, 'package.json'), signal);
    return text === undefined ? undefined : (JSON.parse(text) as { name?: string }).name;
  } catch {
    // npm says better what is wrong with it.
    return undefined;
  }
}
