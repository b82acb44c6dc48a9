import { Readable } from 'node:stream';
import { AmbitError, PORTABLE_RUNTIME_DIRECTORY, tar } from '@ambit/plugin-api';
import type { Clock, Logger, Placement } from '@ambit/plugin-api';
import type { Containers } from '../daemon/containers.ts';
import { isMissing } from '../daemon/daemon-refusal.ts';
import { DaemonRefusal } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { jsonLines } from '../daemon/json-lines.ts';
import { folderTar } from './folder-tar.ts';
import { SharedWork } from './shared-work.ts';
import { LABELS } from './worker-labels.ts';

export interface RuntimeVolumesParts {
  readonly daemon: Daemon;
  readonly containers: Containers;
  readonly clock: Clock;
  readonly log: Logger;
  /** This machine's id. */
  readonly machine: string;
}

type Runtime = Placement['runtime'];

/** An image with nothing in it, for containers that only hold a volume: users' images can then be removed. */
const EMPTY = { repo: 'ambit-empty', tag: 'latest' };
const lookMs = 200;
/** Another process that fills the volume may have died. */
const patienceMs = 120_000;

/**
 * Runtimes on one engine: a volume for each, filled once over the API, so that nothing of this machine is mounted and the engine may be
 * elsewhere. A container that never runs says by its name that the volume is whole, and keeps it from being pruned.
 */
export class RuntimeVolumes {
  readonly #parts: RuntimeVolumesParts;
  readonly #known = new SharedWork<string>();

  constructor(parts: RuntimeVolumesParts) {
    this.#parts = parts;
  }

  /** The name of the volume. */
  ensure(runtime: Runtime, signal: AbortSignal): Promise<string> {
    const { digest } = runtime;
    const name = `ambit-runtime-${digest.slice('sha256:'.length, 'sha256:'.length + 16)}`;
    return this.#known.get(digest, () => this.#ensure(name, runtime, signal), signal);
  }

  /** It may have been removed since. */
  forget({ digest }: Runtime): void {
    this.#known.forget(digest);
  }

  async #ensure(name: string, runtime: Runtime, signal: AbortSignal): Promise<string> {
    const { containers, clock, log } = this.#parts;
    for (let waited = 0; ; waited += lookMs) {
      if (await containers.inspect(name, signal)) return name;
      if (await this.#fill(name, runtime, signal)) return name;
      if (waited === 0) log.debug('Another process brings the runtime to the engine.', { volume: name });
      if (waited < patienceMs) await clock.sleep(lookMs, signal);
      else {
        log.warn('The process that was to bring the runtime to the engine seems to have died; it is brought anew.', { volume: name });
        await containers.remove(filling(name), signal);
        waited = 0;
      }
    }
  }

  /** False where another process is at it. */
  async #fill(name: string, runtime: Runtime, signal: AbortSignal): Promise<boolean> {
    const { containers, machine } = this.#parts;
    const folder = runtime.locations.find((each) => each.kind === 'host-directory' && each.machine === machine);
    if (folder?.kind !== 'host-directory') throw noRuntime(runtime);
    await this.#ensureEmptyImage(signal);
    const created = await containers.create(filling(name), holder(name, runtime), signal);
    if ('conflict' in created) return false;
    try {
      await containers.upload(created.id, PORTABLE_RUNTIME_DIRECTORY, Readable.from(folderTar(folder.path)), signal);
      await containers.rename(created.id, name, signal);
    } catch (error) {
      await containers.remove(created.id, AbortSignal.timeout(10_000)).catch(() => undefined);
      // Somebody was faster, who thought that this process had died.
      if (error instanceof DaemonRefusal && error.status === 409) return false;
      throw signal.aborted ? signal.reason : error;
    }
    return true;
  }

  async #ensureEmptyImage(signal: AbortSignal): Promise<void> {
    const { daemon } = this.#parts;
    try {
      await daemon.json({ method: 'GET', path: `/images/${EMPTY.repo}:${EMPTY.tag}/json`, signal });
    } catch (error) {
      if (!isMissing(error)) throw error;
      const query = { fromSrc: '-', ...EMPTY };
      const headers = { 'content-type': 'application/x-tar' };
      const upload = Readable.from(tar([]));
      const steps = await daemon.stream({ method: 'POST', path: '/images/create', query, upload, headers, signal });
      for await (const step of jsonLines<{ error?: string }>(steps)) if (step.error !== undefined) throw new DaemonRefusal(500, step.error);
    }
  }
}

function filling(name: string): string {
  return `${name}-filling`;
}

function holder(name: string, { digest }: Runtime): object {
  const Labels = { [LABELS.runtime]: digest };
  const mount = { Type: 'volume', Source: name, Target: PORTABLE_RUNTIME_DIRECTORY, VolumeOptions: { Labels } };
  return {
    Image: `${EMPTY.repo}:${EMPTY.tag}`,
    Cmd: ['this container holds a volume and does not run'],
    Labels,
    HostConfig: { NetworkMode: 'none', Mounts: [mount] },
  };
}

function noRuntime({ locations }: Runtime): AmbitError {
  const kinds = locations.map(({ kind }) => kind);
  return new AmbitError(
    'AMBIT_DOCKER_RUNTIME',
    `The worker is in no folder of this machine, so it is not brought to the engine: ${kinds.join(', ')}.`,
    {
      hint: 'Report this as a bug.',
      facts: { locations: kinds },
    },
  );
}
