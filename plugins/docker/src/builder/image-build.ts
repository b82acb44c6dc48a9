import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BuildRequest, BuiltImage, Location, TellBuild } from '@ambit/plugin-api';
import type { Daemon, DaemonInfo } from '../daemon/daemon.ts';
import { dropped } from '../daemon/daemon-errors.ts';
import { DaemonRefusal } from '../daemon/daemon-refusal.ts';
import { jsonLines } from '../daemon/json-lines.ts';
import type { Registries } from '../registry/registries.ts';
import type { UserSettings } from '../settings/user-settings.ts';
import { buildProxies } from './build-proxies.ts';
import { BuildProgress } from './build-progress.ts';
import { BuildWatch } from './build-watch.ts';
import { buildFailed } from './builder-errors.ts';
import { EngineImages } from './engine-images.ts';
import type { EngineImage } from './engine-images.ts';
import type { EngineLine } from './engine-line.ts';
import { identityLabel, imageTag, pushedReference } from './image-names.ts';
import { ensureImage, pushImage } from './move-images.ts';
import type { MovingParts } from './move-images.ts';
import { parentReference } from './parent-reference.ts';
import { plannedSteps } from './planned-steps.ts';
import type { PlannedStep } from './planned-steps.ts';

export interface ImageBuildParts {
  readonly daemon: Daemon;
  readonly info: DaemonInfo;
  readonly registries: Registries;
  /** Of the machine that starts the build: proxies are taken from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: UserSettings;
  readonly tell: TellBuild;
  readonly signal: AbortSignal;
}

/** One image: what it stands on, its Dockerfiles one after another, its place in a registry. */
export class ImageBuild {
  readonly #request: BuildRequest;
  readonly #parts: ImageBuildParts;
  readonly #images: EngineImages;
  /** Tags that are gone when the build is over. */
  readonly #temporary: string[] = [];

  constructor(request: BuildRequest, parts: ImageBuildParts) {
    this.#request = request;
    this.#parts = parts;
    this.#images = new EngineImages(parts.daemon);
  }

  async run(): Promise<BuiltImage> {
    const begun = performance.now();
    try {
      const image = await this.#image();
      return { ...image, durationMs: Math.round(performance.now() - begun) };
    } finally {
      // The build may have been aborted: what it made goes all the same.
      const signal = AbortSignal.timeout(10_000);
      await Promise.all(this.#temporary.map((tag) => this.#images.remove(tag, signal).catch(() => undefined)));
    }
  }

  async #image(): Promise<Omit<BuiltImage, 'durationMs'>> {
    const { identity, push, parent } = this.#request;
    const { info, registries, tell, signal } = this.#parts;
    const steps = await plannedSteps(this.#request, signal);
    const bases = [...new Set(steps.flatMap(({ images }) => images))];
    const instructions = steps.reduce((sum, step) => sum + step.instructions.length, 0);
    const progress = new BuildProgress(bases.length + instructions + (push ? 1 : 0), tell);
    const moving = { images: this.#images, registries, progress, signal };
    for (const base of bases) await ensureImage(base, identity.platform, moving);
    let before = parent && (await this.#parent(parent, moving));
    const former = await this.#images.find(imageTag(identity), signal);
    for (const [index, step] of steps.entries()) {
      const tag = index === steps.length - 1 ? imageTag(identity) : this.#temporaryTag();
      await this.#build(step, { base: before ?? step.rendered.base, tag, progress });
      before = tag;
    }
    const built = await this.#images.find(imageTag(identity), signal);
    if (!built) throw dropped(await this.#parts.daemon.address());
    await this.#forget(former, built);
    const pushed = push && (await this.#push(built, push.repository, moving));
    const location: Location = { kind: 'docker-daemon', daemon: info.id, imageId: built.id };
    return { identity, locations: pushed ? [location, pushed] : [location], bytes: built.bytes };
  }

  async #parent(parent: BuiltImage, moving: MovingParts): Promise<string> {
    const { reference, isTemporary } = await parentReference(parent, this.#parts.info.id, moving, () => this.#temporaryTag());
    if (isTemporary && !this.#temporary.includes(reference)) this.#temporary.push(reference);
    return reference;
  }

  #temporaryTag(): string {
    const tag = `ambit-step:${randomUUID()}`;
    this.#temporary.push(tag);
    return tag;
  }

  async #build(
    { rendered, instructions, layer }: PlannedStep,
    { base, tag, progress }: { readonly base: string | undefined; readonly tag: string; readonly progress: BuildProgress },
  ): Promise<void> {
    const { daemon, env, settings, signal } = this.#parts;
    const { identity } = this.#request;
    const place = layer === undefined ? {} : { layer };
    const watch = new BuildWatch(instructions, progress);
    const upload = Readable.from(await settings.context(rendered, signal));
    let refused: Error | undefined;
    upload.on('error', (error) => (refused ??= error));
    const query = {
      ...{ version: '2', dockerfile: rendered.dockerfile, t: tag, target: rendered.target },
      buildargs: { ...buildProxies(env), ...rendered.args, ...(rendered.base !== undefined && { AMBIT_BASE: base }) },
      labels: { [identityLabel]: identity.digest },
    };
    try {
      const stream = await daemon.stream({ method: 'POST', path: '/build', query, upload, signal });
      for await (const line of jsonLines<EngineLine>(stream)) watch.take(line);
    } catch (error) {
      signal.throwIfAborted();
      // Files that cannot be read end the connection from this side.
      if (refused !== undefined) throw refused;
      if (!(error instanceof DaemonRefusal)) throw error;
      throw buildFailed(identity, { reason: error.reason, log: '', ...place }, progress.of);
    } finally {
      upload.destroy();
    }
    if (refused !== undefined) throw refused;
    if (watch.failure) throw buildFailed(identity, { ...watch.failure, ...place }, progress.of);
    if (watch.imageId === undefined) throw dropped(await daemon.address());
    watch.end();
  }

  /** What had the tag before has no name any more. */
  async #forget(former: EngineImage | undefined, built: EngineImage): Promise<void> {
    if (!former || former.id === built.id || former.tags.length > 1) return;
    await this.#images.remove(former.id, this.#parts.signal).catch(() => undefined);
  }

  async #push(built: EngineImage, repository: string, moving: MovingParts): Promise<Location> {
    const reference = pushedReference(repository, this.#request.identity);
    return { kind: 'registry', reference, digest: await pushImage(built.id, reference, moving) };
  }
}
