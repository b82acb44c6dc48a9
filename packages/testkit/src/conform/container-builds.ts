import { createHash } from 'node:crypto';
import { AmbitError, platformOf } from '@ambit/plugin-api';
import type { BuildRequest, Digest, Layer } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import type { BuilderContext } from '../clauses/contexts.ts';
import { collect, patient } from '../clauses/expect.ts';
import { withPatience } from '../clauses/patience.ts';
import { BuildCalls, ownHosts } from './build-calls.ts';
import { CONTAINER_PATIENCE_MS } from './conformance-tools.ts';
import type { ConformanceTools, ContainerTools } from './conformance-tools.ts';
import { onDescribed } from './described-builder.ts';
import type { Builds, DescribedBuilder } from './described-builder.ts';
import { processSeen } from './processes.ts';
import { unfinishedNames } from './unfinished-names.ts';

/** How commands of a build reach this machine, or why they do not. */
export type Way = { readonly host: string } | { readonly lack: string };

/** Shown by a first build. */
export async function findWay(plugin: Builds, tools: ConformanceTools): Promise<Way> {
  const builds = await onDescribed(plugin, tools, (parts) => ContainerBuilds.open(parts, { lack: 'nobody has looked' }));
  try {
    return await withPatience(CONTAINER_PATIENCE_MS, () => builds.findWay());
  } catch (error) {
    if (AmbitError.is(error) && error.code === 'AMBIT_BUILD_BASE_MISSING')
      throw cannotCheck(`${error.message} Name an image that can be had: ambit conform --image.`);
    // Its clauses tell what is wrong with it.
    return { lack: 'a first build of it failed' };
  } finally {
    await builds.dispose();
  }
}

interface Parts extends DescribedBuilder {
  readonly containers: ContainerTools;
  readonly way: Way;
  readonly calls: BuildCalls;
  /** The platform of this machine, whose commands can be run without help. */
  readonly own: string;
}

/** Builds whose commands call this machine: those count, fail and wait. */
export class ContainerBuilds implements BuilderContext {
  readonly patienceMs = CONTAINER_PATIENCE_MS;
  readonly #parts: Parts;
  readonly #containers: ContainerTools;
  readonly #way: Way;
  readonly #calls: BuildCalls;
  /** By identity, the call that a build makes in its end. */
  readonly #counts = new Map<Digest, string>();

  static async open(parts: DescribedBuilder, way: Way): Promise<ContainerBuilds> {
    const { containers } = parts.ground;
    if (!containers) throw cannotCheck('this builder makes images of containers, and these clauses are run without Dockerfiles');
    const own = platformOf(await parts.ground.host.machine.facts(patient()));
    return new ContainerBuilds({ ...parts, containers, way, own, calls: await BuildCalls.open() });
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#containers = parts.containers;
    this.#way = parts.way;
    this.#calls = parts.calls;
  }

  open(): ReturnType<Builds['builder']> {
    return this.#parts.plugin.builder(this.#parts.ground.host);
  }

  request(name: string): BuildRequest {
    return this.#request(name, 'true');
  }

  render(request: BuildRequest): BuildRequest {
    return this.#containers.render(request, this.#parts.description.features);
  }

  failing(): BuildRequest {
    if (!this.#runsCommands) throw cannotCheck(this.#unseen('this builder runs no commands', 'made to fail'));
    const ends = 'host' in this.#way ? this.#calls.pass(this.#way.host, 'mended') : 'false';
    return this.#request('failing', `echo 'This command fails.' && ${ends}`);
  }

  async mend(): Promise<void> {
    this.#host('mended');
    this.#calls.allow('mended');
  }

  slow(): ReturnType<BuilderContext['slow']> {
    const host = this.#host('made to wait');
    const wait = `${this.#calls.tell(host, 'begun')} && ${this.#calls.wait(host, 'finish')}`;
    return { request: this.#request('slow', wait), begun: this.#calls.told('begun'), finish: () => this.#calls.allow('finish') };
  }

  async timesBuilt({ identity }: BuildRequest): Promise<number> {
    this.#host('counted');
    return this.#calls.count(this.#counts.get(identity.digest) ?? '');
  }

  /** Commands that go on are seen where builds are made on this machine. */
  async leftovers(): Promise<readonly string[]> {
    const { host } = this.#parts.ground;
    const goesOn = await processSeen(host.machine, this.#calls.nonce);
    return [...(await unfinishedNames(host)), ...(goesOn ? ['a command of a build'] : [])];
  }

  async dispose(): Promise<void> {
    await this.#calls.close();
    await this.#parts.ground.dispose();
  }

  /** Builds an image whose command calls this machine by all that it may be called. */
  async findWay(): Promise<Way> {
    if (!this.#runsCommands) return { lack: 'this builder runs no commands' };
    const hosts = ownHosts();
    const calls = hosts.map((host, index) => `${this.#calls.tell(host, `way/${index}`)} 2>&1 &`);
    // Where a packet is dropped, nobody says so.
    await collect(this.open().build(this.#request('way', `{ ${calls.join(' ')} sleep 5; }`), patient()));
    const host = hosts.find((_, index) => this.#calls.count(`way/${index}`) > 0);
    const { image } = this.#containers;
    return host === undefined ? { lack: `commands of its builds on ${image} do not reach this machine by wget` } : { host };
  }

  get #runsCommands(): boolean {
    return this.#parts.description.layers.includes('commands');
  }

  #host(what: string): string {
    if ('host' in this.#way) return this.#way.host;
    throw cannotCheck(this.#unseen(this.#way.lack, what));
  }

  #unseen(lack: string, what: string): string {
    return `${lack}, so a build cannot be ${what} from outside: export \`conformance\` with a builder's context that can`;
  }

  #request(name: string, before: string): BuildRequest {
    const { own, description } = this.#parts;
    const [first = ''] = description.platforms;
    const layers = this.#layers(name, before);
    const digest: Digest = `sha256:${createHash('sha256')
      .update(`${this.#calls.nonce} ${JSON.stringify(layers)}`)
      .digest('hex')}`;
    this.#counts.set(digest, `built/${name}`);
    return this.render({
      identity: { digest, platform: description.platforms.includes(own) ? own : first },
      base: { reference: this.#containers.image },
      layers,
      parentLayers: 0,
      files: [],
    });
  }

  /** A command with the nonce, which no engine has cached, and which is known among processes. */
  #layers(name: string, before: string): readonly Layer[] {
    const { layers } = this.#parts.description;
    const told = 'host' in this.#way ? ` && ${this.#calls.tell(this.#way.host, `built/${name}`)}` : '';
    const made: readonly Layer[] = [
      ...(layers.includes('env') ? [{ kind: 'env' as const, variables: { NAME: name } }] : []),
      ...(this.#runsCommands ? [{ kind: 'commands' as const, commands: [`: ${this.#calls.nonce} ${name}; ${before}${told}`] }] : []),
    ];
    if (made.length === 0) throw cannotCheck(`this builder realises neither env nor commands layers, but ${layers.join(', ')}`);
    return made;
  }
}
