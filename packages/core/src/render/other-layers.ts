import type { Layer } from '@ambit/plugin-api';
import { filesBelow, folderEntry } from './context-entries.ts';
import { hasLineBreak, quoted } from './docker-text.ts';
import type { Draft } from './draft.ts';
import { variable } from './draft.ts';
import { filesOf } from './layer-content.ts';
import { CACHE, WORKDIR } from './places.ts';

const withMounts = (command: string): string => `apt-get -o Dir::Cache::archives=${CACHE} -o APT::Keep-Downloaded-Packages=true ${command}`;

const aptScript = (mounts: boolean): string => `export DEBIAN_FRONTEND=noninteractive
apt-get update
${mounts ? withMounts('install') : 'apt-get install'} -y --no-install-recommends -- "$@"${mounts ? '' : '\nrm -rf /var/lib/apt/lists/*'}`;

export function renderApt(draft: Draft, { packages }: Extract<Layer, { kind: 'apt' }>): void {
  const { mounts } = draft.parts;
  draft.run({
    text: aptScript(mounts),
    args: packages,
    name: `apt-get install ${packages.join(' ')}`,
    ...(mounts && { cache: 'apt', isExclusive: true, otherCaches: [{ id: 'ambit-apt-lists', target: '/var/lib/apt/lists' }] }),
  });
}

/** In an order of their own: that in which they were written means nothing. */
export function renderEnv(draft: Draft, { variables }: Extract<Layer, { kind: 'env' }>): void {
  const entries = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = entries.map(([name, value]) => {
    if (hasLineBreak(value)) return `${name}=${draft.argument(`AMBIT_${draft.layer}_${name}`, value)}`;
    return name === 'PATH' ? `PATH="${pathValue(value)}"` : variable(name, value);
  });
  draft.variables(pairs);
}

/** Literal, but for `$PATH` at the start or the end. */
function pathValue(value: string): string {
  const parts = value.split(':');
  return parts
    .map((part, index) => (part === '$PATH' && (index === 0 || index === parts.length - 1) ? '${PATH}' : quoted(part).slice(1, -1)))
    .join(':');
}

export function renderWorkdir(draft: Draft, { directory }: { readonly directory: string }): void {
  draft.asUser();
  draft.workdir = directory;
  draft.add(`WORKDIR ${/^[\w./-]+$/.test(directory) ? directory : quoted(directory)}`, `workdir ${directory}`);
}

export function renderUser(draft: Draft, { name }: Extract<Layer, { kind: 'user' }>): void {
  draft.user = name;
  draft.asUser();
}

export function renderCommands(draft: Draft, { commands }: Extract<Layer, { kind: 'commands' }>): void {
  for (const script of commands) draft.command(script);
}

/** What is copied belongs to the user who was said before. */
export function renderSource(draft: Draft, { files, to }: Extract<Layer, { kind: 'source' }>): void {
  const isRelative = !to.startsWith('/');
  // The folder that a base of the user's own works in is not known, and is left as it is.
  if (isRelative && draft.workdir === undefined && !draft.parts.base.isForeign) renderWorkdir(draft, { directory: WORKDIR });
  const entries = [folderEntry('files'), ...filesBelow('files', filesOf(draft, files))];
  draft.copy(entries, isRelative && to !== '.' ? `./${to}` : to, { name: `files to ${to}`, owner: draft.user });
}
