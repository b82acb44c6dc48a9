import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildEvent, BuildRequest, BuiltImage, ImageBuilder, Layer, LayerFiles } from '@ambit/plugin-api';
import { testHost } from '@ambit/testkit';
import type { TestHostOptions } from '@ambit/testkit';
import { dockerBuilder } from '../../src/builder/docker-builder.ts';
import type { Daemon } from '../../src/daemon/daemon.ts';
import { dockerDaemon } from '../../src/daemon/docker-daemon.ts';
import { checkOptions } from '../../src/options.ts';
import type { DockerPluginOptions } from '../../src/options.ts';
import { engine } from '../testbed.ts';
import { BuildsServer } from './builds-server.ts';
import { digestOf, renderedRequest } from './rendered-request.ts';

export interface RequestParts {
  readonly base?: string;
  readonly files?: readonly LayerFiles[];
}

interface ImageSummary {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** A part of the engine of the testbed: images with identities that nobody else makes, all gone in the end. */
export class DockerPlace {
  readonly nonce = randomUUID();
  readonly directory = mkdtempSync(join(tmpdir(), 'ambit-docker-'));
  readonly server = new BuildsServer();
  readonly daemon: Daemon = dockerDaemon(checkOptions({ ...(engine && { host: engine }) }), { env: {}, home: this.directory });
  readonly platform: string;
  readonly #gateway: string;
  readonly #identities = new Set<string>();

  private constructor(platform: string, gateway: string) {
    this.platform = platform;
    this.#gateway = gateway;
  }

  static async open(): Promise<DockerPlace> {
    const probe = dockerDaemon(checkOptions({ ...(engine && { host: engine }) }), { env: {}, home: '/nowhere' });
    const { platform } = await probe.info(never());
    const bridge = await probe.json<{ IPAM: { Config: readonly { Gateway?: string }[] } }>({
      method: 'GET',
      path: '/networks/bridge',
      signal: never(),
    });
    const place = new DockerPlace(platform, bridge.IPAM.Config[0]?.Gateway ?? '');
    await place.server.start();
    return place;
  }

  builder(options: DockerPluginOptions = {}, host: TestHostOptions = {}, env: Readonly<Record<string, string>> = {}): ImageBuilder {
    const checked = checkOptions({ ...(engine && { host: engine }), ...options });
    const surroundings = { env, home: this.directory };
    return dockerBuilder({
      daemon: dockerDaemon(checked, surroundings),
      options: checked,
      surroundings,
      host: testHost(join(this.directory, 'state'), host),
    });
  }

  ask(path: string): string {
    return this.server.ask(path, this.#gateway);
  }

  request(layers: readonly Layer[], { base = 'busybox:latest', files = [] }: RequestParts = {}): BuildRequest {
    const digest = digestOf(JSON.stringify([this.nonce, base, layers]));
    this.#identities.add(digest);
    return renderedRequest({ identity: { digest, platform: this.platform }, base: { reference: base }, layers, parentLayers: 0, files });
  }

  rendered(request: BuildRequest): BuildRequest {
    return renderedRequest(request);
  }

  commands(...commands: readonly string[]): BuildRequest {
    return this.request([{ kind: 'commands', commands: commands.map((command) => `: ${this.nonce}; ${command}`) }]);
  }

  /** Images of this place that have no tag of their own, and commands of its builds that still run. */
  async leftovers(): Promise<readonly string[]> {
    const images = await this.#images();
    const loose = images.filter(({ RepoTags }) => !RepoTags?.some((tag) => /^ambit:[0-9a-f]{32}$/.test(tag)));
    const steps = images.flatMap(({ RepoTags }) => (RepoTags ?? []).filter((tag) => tag.startsWith('ambit-step:')));
    return [...loose.map(({ Id }) => Id), ...steps, ...this.processes()];
  }

  processes(): readonly string[] {
    return readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(this.nonce);
      } catch {
        return false;
      }
    });
  }

  async dispose(): Promise<void> {
    await this.server.stop();
    for (const { Id, RepoTags } of await this.#images())
      for (const name of RepoTags?.length ? RepoTags : [Id])
        await this.daemon
          .json({ method: 'DELETE', path: `/images/${name}`, query: { force: true }, signal: never() })
          .catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true });
  }

  async #images(): Promise<readonly ImageSummary[]> {
    const filters = { label: ['dev.ambit.identity'] };
    const all = await this.daemon.json<ImageSummary[]>({ method: 'GET', path: '/images/json', query: { filters }, signal: never() });
    return all.filter(({ Labels }) => this.#identities.has(Labels?.['dev.ambit.identity'] ?? ''));
  }
}

export async function build(
  builder: ImageBuilder,
  request: BuildRequest,
  signal = never(),
): Promise<{ events: BuildEvent[]; image: BuiltImage }> {
  const events: BuildEvent[] = [];
  for await (const event of builder.build(request, signal)) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'built') throw new Error('it was not built');
  return { events, image: last.image };
}
