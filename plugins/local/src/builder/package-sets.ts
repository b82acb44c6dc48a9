import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { Machine } from '@ambit/plugin-api';
import { fileText, isThere } from './machine-files.ts';
import { machineKey } from './machine-key.ts';
import type { PackageSpec } from './package-specs.ts';
import { SharedWork } from './shared-work.ts';
import type { WorkLine } from './shared-work.ts';

/** An installer that ended with an error. */
export interface InstallFailure {
  readonly command: string;
  readonly exitCode: number;
  readonly log: string;
}

export type InstallOutcome = { readonly directory: string } | { readonly failure: InstallFailure };

/** Renames a finished set into its place; where another process was faster, what is there is taken. */
const publishScript = `
const { renameSync, rmSync } = require('node:fs');
const [, from, to] = process.argv;
try { renameSync(from, to); } catch (error) {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  rmSync(from, { recursive: true });
}`;

const flags = ['--no-audit', '--no-fund', '--no-progress', '--no-package-lock', '--no-update-notifier', '--install-links', '--omit=dev'];

/** Directories of npm packages, one per flattened set and kind of machine, shared by all images that want that set. */
export class PackageSets {
  readonly #installing = new Map<string, SharedWork<InstallOutcome>>();

  async directory(machine: Machine, specs: readonly PackageSpec[], signal: AbortSignal): Promise<string> {
    const key = createHash('sha256').update(JSON.stringify([machineKey(await machine.facts(signal)), ...specs.map(({ spec }) => spec)]));
    return join(machine.cacheDirectory, 'npm', key.digest('hex').slice(0, 40));
  }

  /** A set is made aside and renamed when it is whole, so what is there is whole. */
  isThere(machine: Machine, directory: string, signal: AbortSignal): Promise<boolean> {
    return isThere(machine, join(directory, 'package.json'), signal);
  }

  async install(machine: Machine, directory: string, specs: readonly PackageSpec[], options: InstallOptions): Promise<InstallOutcome> {
    const key = `${machine.id} ${directory}`;
    const running = this.#installing.get(key);
    if (running && !running.isAbandoned) return running.join(options.signal, options.onLine);
    const work: SharedWork<InstallOutcome> = new SharedWork((signal, onLine) =>
      installAside(machine, directory, specs, { signal, onLine }),
    );
    this.#installing.set(key, work);
    try {
      return await work.join(options.signal, options.onLine);
    } finally {
      if (this.#installing.get(key) === work) this.#installing.delete(key);
    }
  }
}

export interface InstallOptions {
  readonly signal: AbortSignal;
  readonly onLine: (line: WorkLine) => void;
}

async function installAside(
  machine: Machine,
  directory: string,
  specs: readonly PackageSpec[],
  options: InstallOptions,
): Promise<InstallOutcome> {
  const { signal } = options;
  const staging = `${directory}.${randomBytes(6).toString('hex')}.part`;
  try {
    const manifest = { name: 'ambit-packages', version: '0.0.0', private: true };
    await machine.write(join(staging, 'package.json'), fileText(JSON.stringify(manifest, undefined, 2)), { mode: 0o644, signal });
    const failure = await runNpm(machine, staging, specs, options);
    if (failure) return { failure };
    await publish(machine, staging, directory, signal);
    return { directory };
  } finally {
    // Its own signal: what is aborted is cleared away too. Where it was renamed, nothing is there.
    await machine.run(['rm', '-rf', staging], { signal: AbortSignal.timeout(120_000) });
  }
}

async function runNpm(
  machine: Machine,
  staging: string,
  specs: readonly PackageSpec[],
  { signal, onLine }: InstallOptions,
): Promise<InstallFailure | undefined> {
  const command = ['npm', 'install', ...flags, '--prefix', staging, ...specs.map(({ spec }) => spec)];
  const lines: string[] = [];
  const keep = (text: string, stream: WorkLine['stream']): void => {
    lines.push(text);
    if (lines.length > 200) lines.shift();
    onLine({ stream, text });
  };
  const { code } = await machine.run(command, { cwd: staging, signal, onLine: keep }).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? noNpm(machine, error) : error;
  });
  if (code === 0) return undefined;
  return {
    command: `npm install ${specs.map(({ spec }) => spec).join(' ')}`,
    exitCode: code ?? 1,
    log: lines.slice(-60).join('\n') || 'npm said nothing',
  };
}

async function publish(machine: Machine, staging: string, directory: string, signal: AbortSignal): Promise<void> {
  const { code, stderr } = await machine.run(['node', '-e', publishScript, staging, directory], { signal });
  if (code === 0) return;
  throw new AmbitError(
    'AMBIT_BUILD_NOT_STORED',
    `The installed packages could not be moved to ${directory}: ${new TextDecoder().decode(stderr).trim()}`,
    {
      hint: 'Check the owner and the space of the cache folder.',
      facts: { directory },
    },
  );
}

function noNpm(machine: Machine, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_BUILD_NO_NPM', 'There is no npm on the PATH, and an image with npm packages was to be made.', {
    hint: 'Install npm, which comes with Node, or build with another builder.',
    facts: { machine: machine.id },
    cause,
  });
}
