import { withoutPasswords } from '@ambit/plugin-api';
import type { Layer } from '@ambit/plugin-api';
import { npmLocalPath } from '../plan/images/package-names.ts';
import { entryAt, filesBelow, folderEntry } from './context-entries.ts';
import type { Draft } from './draft.ts';
import { pathWith } from './draft.ts';
import { jsonForm } from './docker-text.ts';
import { filesOf, filesMissing } from './layer-content.ts';
import { BUILD, CACHE, NODE, NODE_MODULES, NPM, PACKAGES, SETTINGS } from './places.ts';

const flags = [
  `--prefix ${NPM}`,
  `--cache ${CACHE}`,
  '--no-audit --no-fund --no-progress --no-update-notifier --install-links --omit=dev --save-exact',
  // The image does not say from which registry its packages came.
  '--omit-lockfile-registry-resolved',
].join(' ');

/** A lock file that is there is kept to, and kept; where there is none, none is made. */
const begin = `mkdir -p ${NPM}
cd ${NPM}
npm --version > /dev/null || { echo "npm does not run in this image: its base has none, and Node for glibc does not run in it" >&2; exit 1; }`;
/** What is said closer to the packages wins: the image, the user, the project. It may hold credentials, so it goes again. */
const configFile = '/tmp/ambit-npmrc';
const configure = `for file in "\${NPM_CONFIG_USERCONFIG:-$HOME/.npmrc}" ${SETTINGS}/npmrc ${BUILD}/.npmrc; do
  [ ! -f "$file" ] || { cat "$file"; echo; } >> ${configFile}
done
[ ! -f ${configFile} ] || export NPM_CONFIG_USERCONFIG=${configFile}`;
const lock = 'lock=--no-package-lock; for file in npm-shrinkwrap.json package-lock.json; do [ ! -f $file ] || lock=; done';

const installScript = `${begin}
[ -f package.json ] || echo '{"name":"ambit-packages","version":"0.0.0","private":true}' > package.json
${configure}
${lock}
npm install ${flags} $lock -- "$@"
rm -f ${configFile}`;

/** Of packages that were there before, those stay that the project does not ask for itself. */
const earlier = `const { dependencies: before = {} } = JSON.parse(require('fs').readFileSync('.before.json', 'utf8'));
const { dependencies = {}, optionalDependencies = {} } = JSON.parse(require('fs').readFileSync('package.json', 'utf8'));
for (const [name, version] of Object.entries(before)) if (!(name in dependencies) && !(name in optionalDependencies)) console.log(name + '@' + version);`;

const projectScript = (command: 'ci' | 'install'): string => `${begin}
[ ! -f package.json ] || mv package.json .before.json
rm -f package-lock.json npm-shrinkwrap.json
for file in package.json package-lock.json npm-shrinkwrap.json; do [ ! -f ${BUILD}/$file ] || cp ${BUILD}/$file .; done
${configure}
npm pkg delete scripts
${lock}
npm ${command} ${flags}${command === 'ci' ? '' : ' $lock'}
[ ! -f .before.json ] || node -e "$1" > .earlier
[ ! -s .earlier ] || { set -f; IFS='
'; npm install ${flags} $lock -- $(cat .earlier); }
rm -f .before.json .earlier ${configFile}`;

/** Node where there is none, and the folder of commands on the PATH: once per image. */
function prepare(draft: Draft): void {
  bringNode(draft);
  if (draft.hasNpmPath) return;
  draft.hasNpmPath = true;
  draft.variables([pathWith(`${NODE_MODULES}/.bin`)]);
}

/** Behind all that is on the PATH: the Node of a base of the user's own goes before it. */
export function bringNode(draft: Draft): void {
  if (draft.hasNode) return;
  draft.hasNode = true;
  const from = draft.parts.base.nodeFrom ?? '';
  const copy = (path: string): void =>
    draft.add(`COPY --from=${from} ${jsonForm([`/usr/local/${path}`, `${NODE}/${path}`])}`, `Node of ${from}`);
  copy('bin/node');
  copy('lib/node_modules/npm');
  const links = ['npm', 'npx'].map((name) => `ln -s ../lib/node_modules/npm/bin/${name}-cli.js ${NODE}/bin/${name}`);
  draft.run({ text: links.join('\n'), args: [], name: `Node of ${from}` });
  draft.variables([pathWith(`${NODE}/bin`, 'last')]);
}

export function renderNpm(draft: Draft, { specs }: Extract<Layer, { kind: 'npm' }>): void {
  prepare(draft);
  const args = specs.map((spec, index) => installedSpec(draft, spec, index));
  draft.run({ text: installScript, args, name: `npm install ${specs.map(withoutPasswords).join(' ')}`, installer: 'npm', cache: 'npm' });
}

export function renderNpmProject(draft: Draft, layer: Extract<Layer, { kind: 'npm-project' }>): void {
  prepare(draft);
  const command = layer.lock ? 'ci' : 'install';
  const files = filesOf(draft, layer.files);
  const entries = files.entries.map((entry) => entryAt(entry.path, entry, files));
  draft.run({ text: projectScript(command), args: [earlier], name: `npm ${command}`, files: entries, installer: 'npm', cache: 'npm' });
}

/** A package of the user's own is copied, and installed from where it lies in the image. */
function installedSpec(draft: Draft, spec: string, index: number): string {
  const path = npmLocalPath(spec);
  if (path === undefined) return spec;
  const files = draft.parts.files.package(path);
  if (!files && draft.isInParent) return spec;
  if (!files) throw filesMissing(`The package ${path}`, draft.layer);
  const folder = `package-${index}`;
  const place = `${PACKAGES}/${files.digest.slice('sha256:'.length, 'sha256:'.length + 16)}`;
  draft.copy([folderEntry(folder), ...filesBelow(folder, files)], place, {
    name: `package ${spec.slice(0, spec.indexOf(path))}${lastPart(path)}`,
  });
  const [only] = files.entries;
  const isFile = files.entries.length === 1 && only?.path === lastPart(path) && only.kind === 'file';
  const name = /^(.+?)@(?=file:|\.{0,2}\/)/.exec(spec)?.[1];
  return `${name === undefined ? '' : `${name}@`}file:${place}${isFile ? `/${only.path}` : ''}`;
}

function lastPart(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//, '');
}
