import { withoutPasswords } from '@ambit/plugin-api';
import type { Layer } from '@ambit/plugin-api';
import { filesBelow, textEntry } from './context-entries.ts';
import type { Draft } from './draft.ts';
import { pathWith, variable } from './draft.ts';
import { filesOf } from './layer-content.ts';
import { BUILD, CACHE, VENV } from './places.ts';
import type { ContextEntry } from './rendering.ts';

interface Indexes {
  readonly indexUrl?: string;
  readonly extraIndexUrls?: readonly string[];
}

/** Debian's own Python, where there is none that can make environments. */
const pythonScript = `if ! python3 -c 'import ensurepip, venv' 2> /dev/null; then
  command -v apt-get > /dev/null || { echo "there is no python3 that can make environments, and no apt-get to install one" >&2; exit 1; }
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv
  rm -rf /var/lib/apt/lists/*
fi`;

const pip = `${VENV}/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off --cache-dir ${CACHE}`;

/** Why an index gave nothing, pip says only in its log. One that lacks a package which another has is no reason. */
const logFile = '/tmp/ambit-pip.log';
const loggedPip = (args: string): string => `${pip} --log ${logFile} ${args} || {
  code=$?
  sed -n '/: 404 /d; s/^.*\\(Could not fetch URL\\)/\\1/p' ${logFile} >&2
  exit $code
}
rm -f ${logFile}`;

const pipScript = `cd ${BUILD}
${loggedPip('-r packages.txt')}`;

const requirementsScript = `cd ${BUILD}/files
[ ! -f ../indexes.txt ] || set -- "$1" -r ../indexes.txt
file=$1
shift
${loggedPip('"$@" -r "$file"')}`;

/** The packages of a project without itself: its code is not among the files. What is installed already stays. */
const uvScript = `uv=$(command -v uv) || {
  python3 -m venv /tmp/ambit-uv
  /tmp/ambit-uv/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off --cache-dir ${CACHE} uv
  uv=/tmp/ambit-uv/bin/uv
}
cp -r ${BUILD}/files /tmp/ambit-project
cd /tmp/ambit-project
locked=
[ ! -f uv.lock ] || locked=--locked
export UV_PROJECT_ENVIRONMENT=${VENV} UV_PYTHON_DOWNLOADS=never UV_CACHE_DIR=${CACHE} UV_LINK_MODE=copy
"$uv" sync $locked --python ${VENV}/bin/python --inexact --no-install-project --no-install-workspace "$@"
cd /
rm -rf /tmp/ambit-uv /tmp/ambit-project`;

/** The environment, and its folder of commands on the PATH: once per image. */
function prepare(draft: Draft): void {
  if (draft.hasVenv) return;
  draft.hasVenv = true;
  const { isForeign } = draft.parts.base;
  draft.run({ text: pythonScript, args: [], name: 'python3' });
  // What a base of the user's own brings is seen too.
  draft.run({ text: `python3 -m venv ${isForeign ? '--system-site-packages ' : ''}${VENV}`, args: [], name: 'python3 -m venv' });
  draft.variables([variable('VIRTUAL_ENV', VENV), pathWith(`${VENV}/bin`)]);
}

export function renderPip(draft: Draft, { specs, ...indexes }: Extract<Layer, { kind: 'pip' }>): void {
  prepare(draft);
  const text = [...indexLines(indexes), ...specs.map(requirementLine)].join('\n');
  const name = `pip install ${specs.map(withoutPasswords).join(' ')}`;
  draft.run({ text: pipScript, args: [], name, files: [textEntry('packages.txt', `${text}\n`)], installer: 'pip', cache: 'pip' });
}

export function renderRequirements(draft: Draft, layer: Extract<Layer, { kind: 'requirements' }>): void {
  prepare(draft);
  const files = filesOf(draft, layer.files);
  const main = files.entries[0]?.path ?? '';
  const lines = indexLines(layer);
  const indexes: readonly ContextEntry[] = lines.length > 0 ? [textEntry('indexes.txt', `${lines.join('\n')}\n`)] : [];
  draft.run({
    text: requirementsScript,
    args: [main],
    name: `pip install -r ${main}`,
    files: [...indexes, ...filesBelow('files', files)],
    installer: 'pip',
    cache: 'pip',
  });
}

export function renderUvProject(draft: Draft, { files, groups }: Extract<Layer, { kind: 'uv-project' }>): void {
  prepare(draft);
  const args = [...(groups.includes('dev') ? [] : ['--no-dev']), ...groups.map((group) => `--group=${group}`)];
  const entries = filesBelow('files', filesOf(draft, files));
  draft.run({
    text: uvScript,
    args,
    name: ['uv sync', ...groups.map((group) => `--group ${group}`)].join(' '),
    files: entries,
    installer: 'pip',
    cache: 'uv',
  });
}

function indexLines({ indexUrl, extraIndexUrls = [] }: Indexes): readonly string[] {
  return [
    ...(indexUrl === undefined ? [] : [`--index-url ${address(indexUrl)}`]),
    ...extraIndexUrls.map((url) => `--extra-index-url ${address(url)}`),
  ];
}

/** No sign of it ends the line, or the word. */
function address(url: string): string {
  return url.replace(/[\s\p{Cc}\\]/gu, encodeURIComponent);
}

/** One line, whatever Python takes for the end of one. */
function requirementLine(spec: string): string {
  return `${spec.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').trim()}`.replace(/\\$/, '\\ ');
}
