import { AmbitError } from '@ambit/plugin-api';
import type { InstallerSettings, RenderedInstruction } from '@ambit/plugin-api';
import { folderEntry, textEntry } from './context-entries.ts';
import { LONGEST_LINE, copyPath, jsonForm, quoted } from './docker-text.ts';
import { BUILD, CACHE, SETTINGS } from './places.ts';
import type { ContainerBase, ContextEntry, RenderFiles } from './rendering.ts';

export interface DraftParts {
  readonly base: ContainerBase;
  readonly files: RenderFiles;
  readonly mounts: boolean;
}

/** A script of Ambit's, and what it is given: its arguments, files to read, the cache of an installer. */
export interface Script {
  readonly text: string;
  readonly args: readonly string[];
  /** What people call it. */
  readonly name: string;
  /** Lie in `BUILD` while it runs. Paths are relative to that. */
  readonly files?: readonly ContextEntry[];
  /** Whose settings it reads. */
  readonly installer?: InstallerSettings['installer'];
  /** The name of a cache that lies in `CACHE` while it runs. */
  readonly cache?: string;
  readonly otherCaches?: readonly { readonly id: string; readonly target: string }[];
  /** Only one build at a time may use these caches. */
  readonly isExclusive?: boolean;
}

const ROOT = 'root';
/** Programs are found whatever the image says of PATH. */
const PREAMBLE = 'export PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"';
const READ_SETTINGS = `[ ! -f ${SETTINGS}/variables.sh ] || . ${SETTINGS}/variables.sh`;

/** A Dockerfile as it grows, and what is known of the image so far. */
export class Draft {
  readonly parts: DraftParts;
  /** What is written now is in the parent already, and counts only for what is known. */
  isInParent = false;
  /** The index of the layer that is written; none for what belongs to no layer. */
  layer: number | undefined;
  hasNode: boolean;
  hasNpmPath = false;
  hasVenv = false;
  workdir: string | undefined;
  /** As whom commands run, if anybody said so. */
  user: string | undefined;
  #instructions: RenderedInstruction[] = [];
  #context: ContextEntry[] = [];
  #args: Record<string, string> = {};
  readonly #settings = new Map<string, InstallerSettings>();
  /** As whom the next instruction runs; unknown at first on a base of the user's. */
  #current: string | undefined;

  constructor(parts: DraftParts) {
    this.parts = parts;
    this.hasNode = parts.base.nodeFrom === undefined;
    this.#current = parts.base.isForeign ? undefined : ROOT;
  }

  get instructions(): readonly RenderedInstruction[] {
    return this.#instructions;
  }

  get context(): readonly ContextEntry[] {
    return this.#context;
  }

  get args(): Readonly<Record<string, string>> {
    return this.#args;
  }

  get settings(): readonly InstallerSettings[] {
    return [...this.#settings.values()];
  }

  /** The parent ends here, as its own user: what was written is forgotten, and what is known is kept. */
  endParent(): void {
    this.asUser();
    this.isInParent = false;
    [this.#instructions, this.#context, this.#args] = [[], [], {}];
    this.#settings.clear();
  }

  add(text: string, name: string): void {
    const { layer } = this;
    const bytes = new TextEncoder().encode(text).length;
    if (bytes > LONGEST_LINE) throw tooLong(bytes, layer);
    this.#instructions.push({ ...(layer !== undefined && { layer }), text, name });
  }

  asRoot(): void {
    this.#as(ROOT);
  }

  asUser(): void {
    if (this.user !== undefined) this.#as(this.user);
  }

  /** A script of the user's. */
  command(script: string): void {
    this.asUser();
    this.add(`RUN ${jsonForm(['/bin/sh', '-e', '-c', script])}`, script.trim());
  }

  /** A script of Ambit's, as root. */
  run({ text, args, name, files = [], installer, cache, otherCaches = [], isExclusive = false }: Script): void {
    const { mounts } = this.parts;
    const folder = `${this.layer ?? 'base'}`;
    this.asRoot();
    this.#keep(files, folder);
    const isCopied = files.length > 0 && !mounts;
    if (isCopied) this.add(`COPY ${jsonForm([`${folder}/`, `${BUILD}/`])}`, 'files of installers');
    const caches = [...(cache === undefined ? [] : [{ id: `ambit-${cache}`, target: CACHE }]), ...otherCaches];
    const settings = installer !== undefined && mounts ? this.#settingsOf(installer) : undefined;
    const flags = mounts
      ? [
          ...(settings ? [`--mount=type=bind,source=${settings.folder},target=${settings.target} `] : []),
          ...(files.length > 0 ? [`--mount=type=bind,source=${folder},target=${BUILD} `] : []),
          ...caches.map(({ id, target }) => `--mount=type=cache,id=${id},target=${target},sharing=${isExclusive ? 'locked' : 'shared'} `),
        ]
      : [];
    const gone = [...(isCopied ? [BUILD] : []), ...(cache !== undefined && !mounts ? [CACHE] : [])];
    const script = [
      PREAMBLE,
      ...(settings ? [READ_SETTINGS] : []),
      text.trim(),
      ...(gone.length > 0 ? [`rm -rf ${gone.join(' ')}`] : []),
    ].join('\n');
    this.add(`RUN ${flags.join('')}${jsonForm(['/bin/sh', '-e', '-c', script, 'ambit', ...args])}`, name);
  }

  /** Files of the context, below its folder of this layer, into a folder of the image. */
  copy(files: readonly ContextEntry[], to: string, { name, owner }: { readonly name: string; readonly owner?: string | undefined }): void {
    this.#keep(files, `${this.layer}`);
    const chown = owner === undefined ? '' : `--chown=${owner} `;
    const root = files[0]?.entry.path.split('/')[0] ?? '';
    this.add(`COPY ${chown}${jsonForm([`${this.layer}/${root}/`, copyPath(to.endsWith('/') ? to : `${to}/`)])}`, name);
  }

  /** A text of Ambit's own. */
  write(path: string, file: string, text: string): void {
    this.#context.push(textEntry(file, text));
    this.add(`COPY ${jsonForm([file, path])}`, `copy ${path}`);
  }

  variables(pairs: readonly string[]): void {
    this.add(`ENV ${pairs.join(' ')}`, `env ${pairs.map((pair) => pair.slice(0, pair.indexOf('='))).join(', ')}`);
  }

  /** A value that no line of a Dockerfile can hold. */
  argument(name: string, value: string): string {
    this.add(`ARG ${name}`, `arg ${name}`);
    this.#args[name] = value;
    return `"\${${name}}"`;
  }

  #keep(files: readonly ContextEntry[], folder: string): void {
    for (const { entry, ...each } of files) this.#context.push({ ...each, entry: { ...entry, path: `${folder}/${entry.path}` } });
  }

  #settingsOf(installer: InstallerSettings['installer']): InstallerSettings {
    const known = this.#settings.get(installer);
    if (known) return known;
    const made = { installer, folder: `settings/${installer}`, target: SETTINGS };
    this.#settings.set(installer, made);
    this.#context.push(folderEntry(made.folder));
    return made;
  }

  #as(user: string): void {
    if (this.#current === user) return;
    this.add(`USER ${user}`, `user ${user}`);
    this.#current = user;
  }
}

/** A folder put at one end of PATH. */
export function pathWith(folder: string, end: 'first' | 'last' = 'first'): string {
  return end === 'first' ? `PATH="${folder}:\${PATH}"` : `PATH="\${PATH}:${folder}"`;
}

export function variable(name: string, value: string): string {
  return `${name}=${quoted(value)}`;
}

function tooLong(length: number, layer: number | undefined): AmbitError {
  return new AmbitError(
    'AMBIT_BUILD_LINE_TOO_LONG',
    `A layer becomes a line of ${length} bytes in a Dockerfile, where ${LONGEST_LINE} are possible.`,
    {
      hint: 'Split the layer; put a long script into a file, copy it with withSource(), and call it.',
      facts: { length, ...(layer !== undefined && { layer }) },
    },
  );
}
