import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type {
  BuildEvent,
  BuildRequest,
  BuilderDescription,
  BuiltImage,
  Existence,
  ImageBuilder,
  ImageIdentity,
  ImageManifest,
  LayerKind,
  Machine,
} from '@ambit/plugin-api';
import { platformOf } from '../machine/machine-facts.ts';
import { checkRequest } from './check-request.ts';
import { EventQueue } from './event-queue.ts';
import { imageManifest } from './image-manifest.ts';
import { fileText, readText } from './machine-files.ts';
import { machineKey } from './machine-key.ts';
import { PackageSets } from './package-sets.ts';
import type { InstallFailure } from './package-sets.ts';
import { flattenedSpecs } from './package-specs.ts';
import type { PackageSpec } from './package-specs.ts';

export const HOST_LAYERS: readonly LayerKind[] = ['npm', 'env', 'workdir'];

/** Realises layers as directories of a machine. Builds nothing on a parent: npm layers are one flattened set, shared by content. */
export function hostBuilder(machine: Machine): ImageBuilder {
  return new HostBuilder(machine);
}

class HostBuilder implements ImageBuilder {
  readonly #machine: Machine;
  readonly #sets = new PackageSets();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async describe(signal: AbortSignal): Promise<BuilderDescription> {
    return {
      layers: HOST_LAYERS,
      features: { cacheMounts: false, buildSecrets: false, targets: false, parents: false },
      platforms: [platformOf(await this.#machine.facts(signal))],
      offers: [{ kind: 'host-directory', at: this.#machine.id }],
      context: 'directory',
      perMachine: true,
      concurrency: availableParallelism(),
    };
  }

  async exists(image: ImageIdentity, options: { machine?: Machine }, signal: AbortSignal): Promise<Existence> {
    const machine = options.machine ?? this.#machine;
    try {
      const directory = await imageDirectory(machine, image, signal);
      const text = await readText(machine, join(directory, 'image.json'), signal);
      if (text === undefined) return { exists: 'no' };
      const { nodeModules } = JSON.parse(text) as ImageManifest;
      const isWhole = nodeModules === undefined || (await this.#sets.isThere(machine, dirname(nodeModules), signal));
      return isWhole ? { exists: 'yes', image: builtImage(image, machine, directory, 0) } : { exists: 'no' };
    } catch (error) {
      signal.throwIfAborted();
      return { exists: 'unknown', reason: (error as Error).message };
    }
  }

  async *build(request: BuildRequest, signal: AbortSignal): AsyncGenerator<BuildEvent> {
    signal.throwIfAborted();
    const machine = request.machine ?? this.#machine;
    checkRequest(request, HOST_LAYERS, await machine.facts(signal));
    const left = new AbortController();
    const events = new EventQueue<BuildEvent>();
    const work = this.#realise(request, machine, { signal: AbortSignal.any([signal, left.signal]), emit: (event) => events.push(event) });
    work.then(
      () => events.end(),
      (error: unknown) => events.fail(error),
    );
    try {
      yield* events;
    } finally {
      left.abort(new DOMException('Nobody waits for this build any more.', 'AbortError'));
      await work.catch(() => undefined);
    }
  }

  async dispose(): Promise<void> {}

  async #realise(request: BuildRequest, machine: Machine, { signal, emit }: Work): Promise<void> {
    const { identity, layers } = request;
    const begun = performance.now();
    const specs = await flattenedSpecs(layers, (path) => packageName(machine, path, signal));
    const of = specs.length > 0 ? 2 : 1;
    const packages = specs.length > 0 ? await this.#packages(request, machine, specs, { signal, emit }) : undefined;
    emit({ type: 'step', number: of, of, name: 'image', cached: false });
    const manifest = imageManifest(layers, packages);
    const directory = await imageDirectory(machine, identity, signal);
    if (manifest.workdir) await machine.run(['mkdir', '-p', join(directory, manifest.workdir)], { signal });
    await machine.write(join(directory, 'image.json'), fileText(JSON.stringify(manifest, undefined, 2)), { mode: 0o644, signal });
    emit({ type: 'built', image: builtImage(identity, machine, directory, Math.round(performance.now() - begun)) });
  }

  async #packages(request: BuildRequest, machine: Machine, specs: readonly PackageSpec[], { signal, emit }: Work): Promise<string> {
    const directory = await this.#sets.directory(machine, specs, signal);
    const cached = await this.#sets.isThere(machine, directory, signal);
    const layer = Math.max(...specs.map((spec) => spec.layer));
    emit({ type: 'step', number: 1, of: 2, name: `npm install ${specs.map(({ name, spec }) => name ?? spec).join(' ')}`, cached, layer });
    if (cached) return directory;
    const onLine = ({ stream, text }: { stream: 'stdout' | 'stderr'; text: string }): void => emit({ type: 'log', step: 1, stream, text });
    const outcome = await this.#sets.install(machine, directory, specs, { signal, onLine });
    if ('failure' in outcome) throw buildFailed(request, specs, outcome.failure);
    return directory;
  }
}

interface Work {
  readonly signal: AbortSignal;
  readonly emit: (event: BuildEvent) => void;
}

async function imageDirectory(machine: Machine, { digest }: ImageIdentity, signal: AbortSignal): Promise<string> {
  return join(machine.cacheDirectory, 'images', digest.slice('sha256:'.length), machineKey(await machine.facts(signal)));
}

function builtImage(identity: ImageIdentity, machine: Machine, path: string, durationMs: number): BuiltImage {
  return { identity, locations: [{ kind: 'host-directory', machine: machine.id, path }], durationMs };
}

async function packageName(machine: Machine, folder: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const text = await readText(machine, join(folder, 'package.json'), signal);
    return text === undefined ? undefined : (JSON.parse(text) as { name?: string }).name;
  } catch {
    // npm says better what is wrong with it.
    return undefined;
  }
}

function buildFailed(request: BuildRequest, specs: readonly PackageSpec[], { command, exitCode, log }: InstallFailure): AmbitError {
  const image = request.identity.digest.slice(0, 19);
  return new AmbitError('AMBIT_BUILD_FAILED', `The image ${image} could not be built: "${command}" ended with exit code ${exitCode}.`, {
    hint: 'Read the end of the log, and correct the packages of this layer.',
    facts: { step: 1, layer: blamedLayer(specs, log), command, exitCode, log },
  });
}

/** One command installs all npm layers: to blame is the last whose package npm complains about. */
function blamedLayer(specs: readonly PackageSpec[], log: string): number {
  const words = log
    .split('\n')
    .filter((line) => /\berr(or|!)/i.test(line))
    .join(' ')
    .split(/[\s'"]+/);
  const isAbout = (word: string, { name, spec }: PackageSpec): boolean =>
    word === spec || word === name || (name !== undefined && (word.startsWith(`${name}@`) || word.endsWith(`/${name}`)));
  const blamed = specs.filter((spec) => words.some((word) => isAbout(word, spec)));
  return Math.max(...(blamed.length > 0 ? blamed : specs).map((spec) => spec.layer));
}
