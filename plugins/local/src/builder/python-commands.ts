import { join } from 'node:path';
import type { MakingCommand } from './make-once.ts';
import type { Python } from './python.ts';
import type { Indexes, PythonInstall } from './python-installs.ts';
import { withSecrets } from './secret-variables.ts';

export interface PythonTools {
  readonly python: Python;
  /** Then it makes the environment, and installs. */
  readonly hasUv: boolean;
}

type Variables = Readonly<Record<string, string | null>>;

/** What would lead an installer to another environment than the one that is made. */
const ofOtherEnvironments: Variables = {
  VIRTUAL_ENV: null,
  CONDA_PREFIX: null,
  PYTHONHOME: null,
  PYTHONPATH: null,
  PIP_PREFIX: null,
  PIP_PYTHON: null,
  PIP_TARGET: null,
  PIP_USER: '0',
  UV_PROJECT: null,
  UV_PROJECT_ENVIRONMENT: null,
  UV_PYTHON: null,
  UV_PYTHON_DOWNLOADS: 'never',
  UV_SYSTEM_PYTHON: null,
  UV_WORKING_DIRECTORY: null,
  UV_NO_PROGRESS: '1',
};

/** Why an index gave nothing, pip says only in its log. One that lacks a package which another has is no reason. */
const whyNothing = 'Could not fetch URL (?!.*: 404 ).*';

/** Of an environment's own pip; an older one cannot install into others. */
export function hasOwnPip({ pip }: Python): boolean {
  const [major = 0, minor = 0] = (pip ?? '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 3);
}

/** `directory`: where the set is made. */
export function environmentCommand({ python, hasUv }: PythonTools, directory: string): MakingCommand {
  const venv = join(directory, 'venv');
  const env = ofOtherEnvironments;
  if (hasUv) return { argv: ['uv', 'venv', '--no-project', '--python', python.executable, venv], cwd: directory, env };
  const withoutPip = hasOwnPip(python) ? ['--without-pip'] : [];
  return { argv: [python.executable, '-m', 'venv', ...withoutPip, venv], cwd: directory, env };
}

interface InstallPaths {
  readonly directory: string;
  /** With the files of this install. */
  readonly folder: string;
  /** Of requirements, below that folder: installers name it where they say what is wrong. */
  readonly file: string;
  /** The project has a lock file, which must fit. */
  readonly isLocked: boolean;
  /** Variables of this install alone. */
  readonly secrets: Readonly<Record<string, string>>;
}

export function installCommand(install: PythonInstall, tools: PythonTools, paths: InstallPaths): MakingCommand {
  const { directory, folder, file, secrets } = paths;
  const venv = join(directory, 'venv');
  const executable = join(venv, 'bin/python');
  if (install.kind === 'uv-project') return syncCommand(install, tools, paths);
  const indexes = meant(install.indexes, secrets);
  if (tools.hasUv)
    return {
      argv: ['uv', 'pip', 'install', '--python', executable, '-r', file],
      cwd: folder,
      env: { ...secrets, ...ofOtherEnvironments, ...uvVariables(tools.python, indexes) },
    };
  const pip = hasOwnPip(tools.python) ? [tools.python.executable, '-m', 'pip', '--python', executable] : [executable, '-m', 'pip'];
  const log = join(folder, 'ambit-pip.log');
  return {
    argv: [...pip, 'install', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off', '--log', log, '-r', file],
    cwd: folder,
    env: { ...secrets, ...ofOtherEnvironments, ...pipVariables(indexes) },
    reasons: { file: log, pattern: whyNothing },
  };
}

/** The packages of a project without itself: its code is not among the files. What is installed already stays. */
function syncCommand(
  { groups }: Extract<PythonInstall, { kind: 'uv-project' }>,
  { python }: PythonTools,
  { directory, folder, isLocked }: InstallPaths,
): MakingCommand {
  const venv = join(directory, 'venv');
  const without = ['--inexact', '--no-install-project', '--no-install-workspace', ...(groups.includes('dev') ? [] : ['--no-dev'])];
  const locked = isLocked ? ['--locked'] : [];
  return {
    argv: ['uv', 'sync', ...locked, '--python', join(venv, 'bin/python'), ...without, ...groups.flatMap((group) => ['--group', group])],
    cwd: folder,
    env: { ...ofOtherEnvironments, ...connection(python), UV_PROJECT_ENVIRONMENT: venv },
  };
}

function meant({ indexUrl, extraIndexUrls }: Indexes, secrets: Readonly<Record<string, string>>): Indexes {
  return {
    ...(indexUrl === undefined ? {} : { indexUrl: withSecrets(indexUrl, secrets) }),
    ...(extraIndexUrls === undefined ? {} : { extraIndexUrls: extraIndexUrls.map((url) => withSecrets(url, secrets)) }),
  };
}

function pipVariables({ indexUrl, extraIndexUrls }: Indexes): Variables {
  return {
    ...(indexUrl === undefined ? {} : { PIP_INDEX_URL: indexUrl }),
    ...(extraIndexUrls === undefined ? {} : { PIP_EXTRA_INDEX_URL: extraIndexUrls.join(' ') }),
  };
}

/** As pip would do it: by the user's settings of pip where uv has none, and with the best version that any index has. */
function uvVariables(python: Python, indexes: Indexes): Variables {
  const { index, extra } = python.hasUvSettings ? {} : python.pipSettings;
  const first = indexes.indexUrl ?? index;
  const others = indexes.extraIndexUrls?.join(' ') ?? extra;
  return {
    ...connection(python),
    ...(first === undefined ? {} : { UV_DEFAULT_INDEX: first, UV_INDEX_URL: null }),
    ...(others === undefined ? {} : { UV_INDEX: others, UV_EXTRA_INDEX_URL: null }),
    ...(others === undefined || python.hasUvSettings ? {} : { UV_INDEX_STRATEGY: 'unsafe-best-match' }),
  };
}

/** The proxy of pip counts where no variable names one for the protocol. */
function connection({ pipSettings: { cert, proxy } }: Python): Variables {
  return {
    ...(cert === undefined ? {} : { SSL_CERT_FILE: cert }),
    ...(proxy === undefined ? {} : { ALL_PROXY: proxy.includes('://') ? proxy : `http://${proxy}` }),
  };
}
