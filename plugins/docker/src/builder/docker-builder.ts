import { sharedBuilds } from '@ambit/plugin-api';
import type {
  BuildRequest,
  BuilderDescription,
  BuiltImage,
  Existence,
  ImageBuilder,
  ImageIdentity,
  LayerKind,
  Location,
  PluginHost,
  TellBuild,
} from '@ambit/plugin-api';
import type { Daemon, DaemonInfo } from '../daemon/daemon.ts';
import type { Surroundings } from '../daemon/docker-config.ts';
import type { DockerOptions } from '../options.ts';
import { Registries } from '../registry/registries.ts';
import { UserSettings } from '../settings/user-settings.ts';
import { noBuildKit } from './builder-errors.ts';
import { checkRequest } from './check-request.ts';
import { EngineImages } from './engine-images.ts';
import { ImageBuild } from './image-build.ts';
import { identityLabel, imageTag, pushedReference } from './image-names.ts';

export interface DockerBuilderParts {
  readonly daemon: Daemon;
  readonly options: DockerOptions;
  readonly surroundings: Surroundings;
  readonly host: Pick<PluginHost, 'log' | 'machine' | 'secret'>;
}

const layers: readonly LayerKind[] = [
  ...(['apt', 'npm', 'npm-project', 'pip', 'requirements', 'uv-project'] as const),
  ...(['env', 'workdir', 'user', 'commands', 'source', 'dockerfile'] as const),
];
const mostAtOnce = 4;
const oldestApi = [1, 39] as const;

/** Builds images with the BuildKit of a Docker engine, over the engine's API. */
export function dockerBuilder(parts: DockerBuilderParts): ImageBuilder {
  return new DockerBuilder(parts);
}

class DockerBuilder implements ImageBuilder {
  readonly #daemon: Daemon;
  readonly #registries: Registries;
  readonly #images: EngineImages;
  readonly #env: Surroundings['env'];
  readonly #settings: UserSettings;
  readonly build: ImageBuilder['build'];

  constructor({ daemon, options, surroundings, host }: DockerBuilderParts) {
    this.#daemon = daemon;
    this.#registries = new Registries({ options, surroundings, host });
    this.#images = new EngineImages(daemon);
    this.#env = surroundings.env;
    this.#settings = new UserSettings({ ...surroundings, machine: host.machine }, host.log);
    this.build = sharedBuilds((request, tell, signal) => this.#make(request, tell, signal));
  }

  async describe(signal: AbortSignal): Promise<BuilderDescription> {
    const { id, platform, cpus } = await this.#engine(signal);
    return {
      layers,
      features: { cacheMounts: true, buildSecrets: false, targets: true, parents: true },
      platforms: [platform],
      offers: [{ kind: 'docker-daemon', at: id }],
      context: 'stream',
      perMachine: false,
      concurrency: Math.min(Math.max(cpus, 2), mostAtOnce),
    };
  }

  async exists(image: ImageIdentity, { push }: Pick<BuildRequest, 'push'>, signal: AbortSignal): Promise<Existence> {
    const [here, pushed] = await Promise.all([
      asked(() => this.#here(image, signal)),
      asked(() => this.#pushed(image, push?.repository, signal)),
    ]);
    signal.throwIfAborted();
    const locations = [here.location, pushed.location].filter((each) => each !== undefined);
    if (locations.length > 0) return { exists: 'yes', image: { identity: image, locations, durationMs: 0 } };
    const reasons = [here.reason, pushed.reason].filter((each) => each !== undefined);
    return reasons.length > 0 ? { exists: 'unknown', reason: reasons.join('; ') } : { exists: 'no' };
  }

  async dispose(): Promise<void> {}

  async #engine(signal: AbortSignal): Promise<DaemonInfo> {
    const info = await this.#daemon.info(signal);
    const [major = 0, minor = 0] = info.apiVersion.split('.').map(Number);
    const isOld = major < oldestApi[0] || (major === oldestApi[0] && minor < oldestApi[1]);
    if (isOld || info.isPodman) throw noBuildKit(info.version, info.apiVersion);
    return info;
  }

  async #here(image: ImageIdentity, signal: AbortSignal): Promise<Location | undefined> {
    const [{ id }, found] = await Promise.all([this.#daemon.info(signal), this.#images.find(imageTag(image), signal)]);
    const isIt = found?.labels[identityLabel] === image.digest && found.platform === image.platform;
    return isIt ? { kind: 'docker-daemon', daemon: id, imageId: found.id } : undefined;
  }

  async #pushed(image: ImageIdentity, repository: string | undefined, signal: AbortSignal): Promise<Location | undefined> {
    if (repository === undefined) return undefined;
    const reference = pushedReference(repository, image);
    const digest = await this.#registries.digest(reference, signal);
    return digest && { kind: 'registry', reference, digest };
  }

  async #make(request: BuildRequest, tell: TellBuild, signal: AbortSignal): Promise<BuiltImage> {
    const info = await this.#engine(signal);
    checkRequest(request, info.platform);
    const parts = { daemon: this.#daemon, info, registries: this.#registries, env: this.#env, settings: this.#settings, tell, signal };
    return new ImageBuild(request, parts).run();
  }
}

/** Where one cannot be asked, the other may still know. */
async function asked(ask: () => Promise<Location | undefined>): Promise<{ readonly location?: Location; readonly reason?: string }> {
  try {
    const location = await ask();
    return location ? { location } : {};
  } catch (error) {
    return { reason: (error as Error).message };
  }
}
