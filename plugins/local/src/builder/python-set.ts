import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { withoutPasswords, writeText } from '@ambit/plugin-api';
import type { BuildRequest, Machine, MachineFacts } from '@ambit/plugin-api';
import type { LayerContent } from './layer-content.ts';
import type { MakingWork } from './make-once.ts';
import { noVenv, missingProgram, storageError } from './making-errors.ts';
import { blamedLayer } from './package-set.ts';
import type { PackageSet, SetStep } from './package-set.ts';
import type { Python } from './python.ts';
import { environmentCommand, hasOwnPip, installCommand } from './python-commands.ts';
import type { PythonTools } from './python-commands.ts';
import { secretVariables } from './secret-variables.ts';
import { pipName, pythonInstalls } from './python-installs.ts';
import type { PythonInstall } from './python-installs.ts';

interface Parts {
  readonly machine: Machine;
  readonly content: LayerContent;
  readonly signal: AbortSignal;
  /** Asked for only where there are Python layers. */
  readonly python: () => Promise<Python>;
}

/** All Python layers of an image as one virtual environment. It is made where it stays, since its scripts name that place. */
export async function pythonSet(request: BuildRequest, parts: Parts): Promise<PackageSet | undefined> {
  const { machine, content, signal } = parts;
  const installs = pythonInstalls(request.layers);
  if (installs.length === 0) return undefined;
  const facts = await machine.facts(signal);
  if (!facts.tools.includes('uv') && installs.some(({ kind }) => kind === 'uv-project')) throw missingProgram(machine, 'uv');
  const tools = { python: await parts.python(), hasUv: facts.tools.includes('uv') };
  if (!tools.hasUv && !canMakeEnvironments(tools.python)) throw noVenv(machine, tools.python);
  for (const install of installs) if (install.kind !== 'pip') content.of(install.files);
  return {
    place: join(machine.cacheDirectory, 'python', setKey(installs, facts, tools.python)),
    proof: 'venv/bin/python',
    publish: 'link',
    steps: stepsOf(installs, tools, content),
    prepare: (directory, making) => prepare(machine, directory, { installs, tools, content, secrets: request.secrets, signal: making }),
  };
}

function canMakeEnvironments(python: Python): boolean {
  return python.hasVenv && (python.hasEnsurepip || hasOwnPip(python));
}

/** Whatever installs them, and wherever the user's files lie. */
function setKey(installs: readonly PythonInstall[], { os, arch, libc }: MachineFacts, { tag }: Python): string {
  const content = installs.map((install) => {
    const { layer: _layer, ...rest } = install;
    return rest.kind === 'pip' ? { ...rest, packages: rest.packages.map(({ spec }) => spec) } : rest;
  });
  return createHash('sha256')
    .update(JSON.stringify([`${os}-${arch}-${libc}-${tag}`, content]))
    .digest('hex')
    .slice(0, 40);
}

function stepsOf(installs: readonly PythonInstall[], { hasUv }: PythonTools, content: LayerContent): readonly SetStep[] {
  const pip = hasUv ? 'uv pip install' : 'pip install';
  const steps = installs.map((install): SetStep => {
    const { layer } = install;
    switch (install.kind) {
      case 'pip': {
        const { packages } = install;
        const names = packages.map(({ spec }) => withoutPasswords(spec));
        return { name: `${pip} ${names.join(' ')}`, layer, blamed: (log) => blamedLayer(packages, wordsOf(log)) };
      }
      case 'requirements':
        return { name: `${pip} -r ${content.firstPath(install.files)}`, layer };
      case 'uv-project':
        return { name: ['uv sync', ...install.groups.map((group) => `--group ${group}`)].join(' '), layer };
    }
  });
  return [{ name: hasUv ? 'uv venv' : 'python3 -m venv', layer: steps[0]?.layer ?? 0 }, ...steps];
}

function wordsOf(log: string): readonly string[] {
  return log.split(/[\s'"(),`]+/).flatMap((word) => pipName(word.replace(/[.:]+$/, '')) ?? []);
}

interface Preparing {
  readonly installs: readonly PythonInstall[];
  readonly tools: PythonTools;
  readonly content: LayerContent;
  readonly secrets: BuildRequest['secrets'];
  readonly signal: AbortSignal;
}

async function prepare(machine: Machine, directory: string, preparing: Preparing): Promise<MakingWork> {
  const { installs, tools, content, secrets, signal } = preparing;
  const commands = [environmentCommand(tools, directory)];
  for (const [number, install] of installs.entries()) {
    const folder = join(directory, 'layers', String(number));
    if (install.kind !== 'pip') await content.write(machine, folder, content.of(install.files), { signal });
    else await writeSpecs(machine, join(folder, 'packages.txt'), install.packages, signal);
    const file = install.kind === 'requirements' ? content.firstPath(install.files) : 'packages.txt';
    const isLocked = install.kind === 'uv-project' && content.of(install.files).entries.some(({ path }) => path === 'uv.lock');
    const variables = install.kind === 'uv-project' ? {} : await secretVariables(install.indexes.secrets, secrets);
    commands.push(installCommand(install, tools, { directory, folder, file, isLocked, secrets: variables }));
  }
  return { commands, remove: ['layers'] };
}

/** In a file: specs may be addresses with credentials, which belong on no command line. */
async function writeSpecs(
  machine: Machine,
  file: string,
  packages: readonly { readonly spec: string }[],
  signal: AbortSignal,
): Promise<void> {
  try {
    const text = packages.map(({ spec }) => `${spec}\n`).join('');
    await writeText(machine, file, text, { mode: 0o600, signal });
  } catch (error) {
    throw storageError(file, error);
  }
}
