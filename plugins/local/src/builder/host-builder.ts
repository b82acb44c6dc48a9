import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { AmbitError, platformOf, readText } from '@ambit/plugin-api';
import type {
  BuildEvent,
  BuildRequest,
  BuilderDescription,
  BuiltImage,
  DescribeOptions,
  Existence,
  ImageBuilder,
  ImageIdentity,
  ImageManifest,
  Machine,
} from '@ambit/plugin-api';
import { checkRequest, nodeVersions, pythonMinor } from './check-request.ts';
import { EventQueue } from './event-queue.ts';
import { HostBuild } from './host-build.ts';
import { hostLayers } from './host-layers.ts';
import { imageDirectory } from './image-directory.ts';
import { isThere } from './machine-files.ts';
import { Makings } from './makings.ts';
import { Pythons } from './python.ts';

/** Realises layers as directories of a machine. Builds nothing on a parent: packages are flattened sets, shared by content. */
export function hostBuilder(machine: Machine): ImageBuilder {
  return new HostBuilder(machine);
}

class HostBuilder implements ImageBuilder {
  readonly #machine: Machine;
  readonly #makings = new Makings();
  readonly #pythons = new Pythons();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  async describe(signal: AbortSignal, { python = false }: DescribeOptions = {}): Promise<BuilderDescription> {
    const facts = await this.#machine.facts(signal);
    return {
      ...hostLayers(facts),
      debian: { node: nodeVersions(facts), ...(python && { python: await this.#pythonVersions(signal) }) },
      features: { cacheMounts: false, buildSecrets: true, targets: false, parents: false },
      platforms: [platformOf(facts)],
      offers: [{ kind: 'host-directory', at: this.#machine.id }],
      context: 'directory',
      perMachine: true,
      concurrency: availableParallelism(),
    };
  }

  async #pythonVersions(signal: AbortSignal): Promise<readonly string[]> {
    try {
      return [pythonMinor(await this.#pythons.of(this.#machine, signal))];
    } catch (error) {
      if (AmbitError.is(error) && error.code === 'AMBIT_BUILD_NO_PYTHON') return [];
      throw error;
    }
  }

  async exists(image: ImageIdentity, options: { machine?: Machine }, signal: AbortSignal): Promise<Existence> {
    const machine = options.machine ?? this.#machine;
    try {
      const directory = await imageDirectory(machine, image, signal);
      const text = await readText(machine, join(directory, 'image.json'), signal);
      if (text === undefined) return { exists: 'no' };
      const isWhole = await areThere(machine, proofsOf(JSON.parse(text) as ImageManifest), signal);
      return isWhole ? { exists: 'yes', image: builtImage(image, machine, directory, 0) } : { exists: 'no' };
    } catch (error) {
      signal.throwIfAborted();
      return { exists: 'unknown', reason: (error as Error).message };
    }
  }

  async *build(request: BuildRequest, signal: AbortSignal): AsyncGenerator<BuildEvent> {
    signal.throwIfAborted();
    const machine = request.machine ?? this.#machine;
    checkRequest(request, await machine.facts(signal));
    const left = new AbortController();
    const events = new EventQueue<BuildEvent>();
    const parts = {
      machine,
      makings: this.#makings,
      pythons: this.#pythons,
      signal: AbortSignal.any([signal, left.signal]),
      emit: (event: BuildEvent) => events.push(event),
    };
    const begun = performance.now();
    const work = new HostBuild(request, parts).run();
    work.then(
      (directory) => {
        events.push({ type: 'built', image: builtImage(request.identity, machine, directory, Math.round(performance.now() - begun)) });
        events.end();
      },
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
}

/** Files that are there as long as the packages of an image are. */
function proofsOf({ nodeModules, venv }: ImageManifest): readonly string[] {
  return [
    ...(nodeModules === undefined ? [] : [join(dirname(nodeModules), 'package.json')]),
    // A link to the machine's Python, which may be gone.
    ...(venv === undefined ? [] : [join(venv, 'bin/python')]),
  ];
}

async function areThere(machine: Machine, files: readonly string[], signal: AbortSignal): Promise<boolean> {
  const found = await Promise.all(files.map((file) => isThere(machine, file, signal)));
  return found.every(Boolean);
}

function builtImage(identity: ImageIdentity, machine: Machine, path: string, durationMs: number): BuiltImage {
  return { identity, locations: [{ kind: 'host-directory', machine: machine.id, path }], durationMs };
}
