import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as esbuild from 'esbuild';
import type { BuildResult, Metafile } from 'esbuild';
import type { Digest } from '@ambit/plugin-api';
import { writtenTasks } from '../../parameters/written-tasks.ts';
import type { TrackedFile } from '../inputs.ts';
import type { PreparedProject, Unprovided } from '../prepared-project.ts';
import type { NewProject } from '../project-cache.ts';
import { buildError } from './build-error.ts';
import { collectInputs } from './collect-inputs.ts';
import { configFiles } from './config-files.ts';
import { exportedNames } from './exported-names.ts';
import { importRivals } from './import-rivals.ts';
import { knownImports } from './known-imports.ts';
import { markBanner } from './mark-name.ts';
import { ProjectReading } from './project-reading.ts';

export interface PrepareRequest {
  /** Absolute and real. */
  readonly entry: string;
  readonly ambit?: string | undefined;
  /** What packages that are installed were found to lack. */
  readonly unprovided: readonly Unprovided[];
  /** Where the module is going to lie. */
  readonly outfile: string;
}

/** The user's modules as one, ready to be imported, and what their code says of tasks. */
export async function prepareProject({ entry, ambit, unprovided, outfile }: PrepareRequest): Promise<NewProject> {
  const takenAt = Date.now();
  const root = projectRoot(entry);
  const reading = new ProjectReading({ root, ambit, unprovided });
  const built = await bundle(entry, root, outfile, reading);
  const sites = [...reading.sites].sort((a, b) => compare(a.file, b.file) || a.start - b.start || a.end - b.end);
  const written = writtenTasks(reading.modules, sites, root);
  const modules = [...reading.files.values()].sort((a, b) => compare(a.path, b.path));
  const config = configFiles(modules.map((file) => dirname(file.path)));
  const main = reading.modules.get(entry);
  const prepared: PreparedProject = {
    root,
    sites,
    tasks: written.tasks,
    ...exportedNames(main?.syntax),
    wanted: wantedNames(reading),
    sources: sourcesDigest([...modules, ...config.files], root),
    files: Object.fromEntries(modules.map((file) => [file.path, file.sha256])),
    ...(!config.sayEffects && { imports: knownImports(built.metafile, root, new Set(reading.files.keys())) }),
  };
  const inputs = collectInputs({
    takenAt,
    modules: [...modules, ...written.files],
    config,
    resolved: reading.resolved,
    rivals: importRivals(built.metafile, root),
  });
  const hasPatterns = [...reading.modules.values()].some(({ imports }) => imports.hasPatterns);
  // Configuration is read when esbuild has read it: what it was meanwhile, nobody knows.
  const isYoung = config.files.some(({ changedMs }) => Math.floor(changedMs) > takenAt);
  return { prepared, code: built.code, map: built.map, inputs, lasts: !hasPatterns && !isYoung };
}

interface Built {
  readonly code: string;
  readonly map: string;
  readonly metafile: Metafile;
}

async function bundle(entry: string, root: string, outfile: string, { plugin, modules }: ProjectReading): Promise<Built> {
  const result = await esbuild
    .build({
      entryPoints: [entry],
      outfile,
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      mainFields: ['main'],
      conditions: [],
      nodePaths: [],
      // As Node runs it: every statement of every module.
      treeShaking: false,
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'none',
      ignoreAnnotations: true,
      banner: { js: markBanner },
      logLevel: 'silent',
      plugins: [plugin],
    })
    .catch(async (failure: unknown) => {
      throw await buildError(failure, relative(root, entry), (name) => modules.get(resolve(root, name))?.syntax.source);
    });
  return { code: outputOf(result, '.mjs'), map: absoluteSources(outputOf(result, '.map'), dirname(outfile)), metafile: result.metafile };
}

function outputOf({ outputFiles }: BuildResult<{ write: false }>, ending: string): string {
  return outputFiles.find((file) => file.path.endsWith(ending))?.text ?? '';
}

function absoluteSources(map: string, folder: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({ ...parsed, sources: parsed.sources.map((source) => resolve(folder, source)) });
}

/** The folder that places are relative to. */
function projectRoot(entry: string): string {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return dirname(entry);
  }
}

function wantedNames({ modules }: ProjectReading): readonly string[] {
  if (![...modules.values()].some(({ imports }) => imports.stars.size > 0)) return [];
  return [...new Set([...modules.values()].flatMap(({ imports }) => [...imports.names.values()].flatMap((names) => [...names])))].sort();
}

function sourcesDigest(files: readonly TrackedFile[], root: string): Digest {
  const contents = files.map((file) => [relative(root, file.path), file.sha256]);
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(contents.sort(([a = ''], [b = '']) => compare(a, b))))
    .digest('hex')}`;
}

/** By UTF-16 units: the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
