import { join } from 'node:path';
import { AmbitError, readText, writeText } from '@ambit/plugin-api';
import type { BuildEvent, BuildRequest, ImageManifest, Machine } from '@ambit/plugin-api';
import { BuildSteps } from './build-steps.ts';
import { checkPython } from './check-request.ts';
import { imageDirectory } from './image-directory.ts';
import { imageManifest } from './image-manifest.ts';
import { imageTree } from './image-tree.ts';
import type { ImageTree } from './image-tree.ts';
import { LayerContent, writeFiles } from './layer-content.ts';
import type { Made, MakingWork } from './make-once.ts';
import { brokenMaking, storageError } from './making-errors.ts';
import type { Makings } from './makings.ts';
import { npmSet } from './npm-set.ts';
import type { PackageSet } from './package-set.ts';
import type { Python, Pythons } from './python.ts';
import { pythonSet } from './python-set.ts';

export interface HostBuildParts {
  readonly machine: Machine;
  readonly makings: Makings;
  readonly pythons: Pythons;
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

/** One image: its sets of packages, where they are not there yet, then its directory. */
export class HostBuild {
  readonly #request: BuildRequest;
  readonly #parts: HostBuildParts;
  readonly #content: LayerContent;

  constructor(request: BuildRequest, parts: HostBuildParts) {
    this.#request = request;
    this.#parts = parts;
    this.#content = new LayerContent(request.files);
  }

  /** Gives the image's directory. */
  async run(): Promise<string> {
    const { machine, pythons, signal, emit } = this.#parts;
    const { layers } = this.#request;
    const python = (): Promise<Python> => pythons.of(machine, signal);
    await checkPython(this.#request, python);
    const tree = imageTree(layers, this.#content);
    const packages = await npmSet(this.#request, machine, this.#content, signal);
    const environment = await pythonSet(this.#request, { machine, content: this.#content, signal, python });
    const sets = [packages, environment].filter((set) => set !== undefined);
    const steps = new BuildSteps([...sets.flatMap((set) => set.steps), { name: 'image' }], emit);
    let number = 0;
    for (const set of sets) {
      await this.#ensure(set, steps, number);
      number += set.steps.length;
    }
    steps.begin(number + 1);
    return this.#image(tree, imageManifest(layers, { workdir: tree.workdir, npm: packages?.place, python: environment?.place }));
  }

  /** `before`: how many steps there are before those of this set. */
  async #ensure(set: PackageSet, steps: BuildSteps, before: number): Promise<void> {
    const { machine, makings, signal } = this.#parts;
    const after = before + set.steps.length;
    if (await makings.isThere(machine, set, signal)) return steps.cached(after);
    steps.begin(before + 1);
    const made = await makings.make(machine, set, {
      signal,
      emit: (event) => (event.type === 'command' ? steps.begin(before + event.number + 1) : steps.log(event.stream, event.text)),
    });
    if (made.is === 'failed') throw buildFailed(this.#request, set, { made, before });
    steps.cached(after);
  }

  async #image(tree: ImageTree, manifest: ImageManifest): Promise<string> {
    const { machine, makings, signal } = this.#parts;
    const place = await imageDirectory(machine, this.#request.identity, signal);
    if (tree.files.length > 0 || tree.links.length > 0) {
      const prepare = (directory: string, making: AbortSignal): Promise<MakingWork> => this.#copy(tree, directory, making);
      const made = await makings.make(machine, { place, proof: 'root', publish: 'rename', prepare }, { signal, emit: () => undefined });
      if (made.is === 'failed') throw brokenMaking(place, { code: 'killed', message: made.log });
    } else if (tree.folders.length > 0) {
      await this.#folders(tree.folders.map(({ path }) => join(place, path)));
    }
    await this.#write(join(place, 'image.json'), JSON.stringify(manifest, undefined, 2));
    return place;
  }

  async #copy({ files, folders, links }: ImageTree, directory: string, signal: AbortSignal): Promise<MakingWork> {
    const { machine } = this.#parts;
    await writeFiles(
      machine,
      files.map(({ path, ...file }) => ({ ...file, to: join(directory, path) })),
      { signal },
    );
    return { folders, links };
  }

  async #folders(paths: readonly string[]): Promise<void> {
    const { machine, signal } = this.#parts;
    const { code, stderr } = await machine.run(['mkdir', '-p', ...paths], { signal });
    if (code === 0) return;
    const reason = new TextDecoder().decode(stderr).trim();
    throw new AmbitError('AMBIT_BUILD_NOT_STORED', `${paths.at(-1)} could not be made: ${reason}.`, {
      hint: 'Correct owner and rights of the cache folder, or name another one in AMBIT_CACHE.',
      facts: { path: paths.at(-1) ?? '', reason },
    });
  }

  /** Last, so that an image whose description is there is whole. */
  async #write(file: string, text: string): Promise<void> {
    const { machine, signal } = this.#parts;
    if ((await readText(machine, file, signal)) === text) return;
    try {
      await writeText(machine, file, text, { mode: 0o644, signal });
    } catch (error) {
      throw storageError(file, error);
    }
  }
}

interface Failure {
  readonly made: Extract<Made, { is: 'failed' }>;
  readonly before: number;
}

/** The facts have the end of the log. */
function buildFailed(request: BuildRequest, set: PackageSet, { made, before }: Failure): AmbitError {
  const image = request.identity.digest.slice(0, 19);
  const { number, exitCode, log } = made;
  const step = set.steps[number] ?? { name: 'an installer', layer: 0 };
  return new AmbitError('AMBIT_BUILD_FAILED', `The image ${image} could not be built: "${step.name}" ended with exit code ${exitCode}.`, {
    hint: 'Read the end of the log, and correct the packages of this layer.',
    facts: { step: before + number + 1, layer: step.blamed?.(log) ?? step.layer, command: step.name, exitCode, log },
  });
}
