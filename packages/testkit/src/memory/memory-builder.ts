import { AmbitError } from '@ambit/plugin-api';
import type {
  BuildEvent,
  BuildRequest,
  BuilderDescription,
  BuiltImage,
  Digest,
  Existence,
  ImageBuilder,
  ImageIdentity,
} from '@ambit/plugin-api';
import { orAborted } from './bell.ts';
import { readCopiedFiles } from './copied-files.ts';
import { SharedBuild } from './shared-build.ts';

/** The one machine that the in-memory parts know. */
export const MEMORY_MACHINE = 'memory';

export interface MemoryBuildFailure {
  /** Index of the layer whose step fails. */
  readonly layer: number;
  readonly command: string;
  readonly exitCode: number;
  readonly log: string;
}

export interface MemoryBuilderOptions {
  /** What differs from a builder that can everything. */
  readonly describe?: Partial<BuilderDescription>;
  /** Asked at each build: how it fails, if it does. */
  readonly fail?: (request: BuildRequest) => MemoryBuildFailure | undefined;
  /** Awaited in each build, before its last step: keeps a build under way as long as a test likes. */
  readonly hold?: (request: BuildRequest, signal: AbortSignal) => Promise<void>;
  /** Images that are there, shared by builders that are given the same map. */
  readonly images?: Map<Digest, BuiltImage>;
}

/** A builder that makes nothing but says that it did. */
export interface MemoryBuilder extends ImageBuilder {
  /** The identities whose work was really done, in order. */
  readonly built: readonly ImageIdentity[];
}

const everything: BuilderDescription = {
  layers: ['apt', 'npm', 'npm-project', 'pip', 'requirements', 'uv-project', 'env', 'workdir', 'user', 'commands', 'source', 'dockerfile'],
  features: { cacheMounts: false, buildSecrets: false, targets: true, parents: true },
  platforms: ['linux/amd64', 'linux/arm64', 'darwin/arm64'],
  offers: [{ kind: 'host-directory', at: MEMORY_MACHINE }],
  context: 'directory',
  perMachine: false,
  concurrency: 4,
};

export function memoryBuilder(options: MemoryBuilderOptions = {}): MemoryBuilder {
  const images = options.images ?? new Map<Digest, BuiltImage>();
  const description = { ...everything, ...options.describe };
  const built: ImageIdentity[] = [];
  const running = new Map<Digest, SharedBuild>();
  const start = (request: BuildRequest): SharedBuild => {
    const { digest } = request.identity;
    const build: SharedBuild = new SharedBuild(
      (signal) => buildImage(request, { options, images, built, signal }),
      () => running.get(digest) === build && running.delete(digest),
    );
    running.set(digest, build);
    return build;
  };
  return {
    built,
    describe: async () => description,
    exists: async (image): Promise<Existence> => {
      const found = images.get(image.digest);
      return found ? { exists: 'yes', image: found } : { exists: 'no' };
    },
    async *build(request, signal) {
      signal.throwIfAborted();
      const shared = running.get(request.identity.digest);
      yield* (shared && !shared.cancelled ? shared : start(request)).join(signal);
    },
    dispose: async () => {},
  };
}

interface Work {
  readonly options: MemoryBuilderOptions;
  readonly images: Map<Digest, BuiltImage>;
  readonly built: ImageIdentity[];
  readonly signal: AbortSignal;
}

async function* buildImage(request: BuildRequest, { options, images, built, signal }: Work): AsyncGenerator<BuildEvent> {
  const { identity, layers } = request;
  const failure = options.fail?.(request);
  const steps = Math.max(layers.length, 1);
  for (let number = 1; number <= steps; number += 1) {
    const name = layers[number - 1]?.kind ?? 'base';
    yield {
      type: 'step',
      number,
      of: steps,
      name,
      cached: number <= request.parentLayers,
      ...(layers.length ? { layer: number - 1 } : {}),
    };
    if (failure?.layer === number - 1) throw buildFailed(identity, number, failure);
  }
  await readCopiedFiles(request, signal);
  signal.throwIfAborted();
  if (options.hold) await orAborted(options.hold(request, signal), signal);
  signal.throwIfAborted();
  const image: BuiltImage = {
    identity,
    locations: [
      { kind: 'host-directory', machine: request.machine?.id ?? MEMORY_MACHINE, path: `/memory/images/${identity.digest.slice(7, 39)}` },
    ],
    durationMs: 0,
  };
  images.set(identity.digest, image);
  built.push(identity);
  yield { type: 'built', image };
}

function buildFailed(identity: ImageIdentity, step: number, failure: MemoryBuildFailure): AmbitError {
  const { layer, command, exitCode, log } = failure;
  return new AmbitError(
    'AMBIT_BUILD_FAILED',
    `The image ${identity.digest} could not be built: "${command}" ended with exit code ${exitCode}.`,
    {
      hint: 'Read the end of the log and mend the layer.',
      facts: { step, layer, command, exitCode, log },
    },
  );
}
