import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

interface Call {
  readonly socket: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: Readable | object;
}

interface Inspected {
  readonly State: { readonly Pid: number };
  readonly ExecIDs: readonly string[] | null;
}

/** A Docker engine that only one test file uses, so that it may be stopped and killed. Its containers have no network. */
export class OwnDocker {
  readonly #folder: string;
  readonly socket: string;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.socket = join(folder, 'docker.sock');
  }

  get host(): string {
    return `unix://${this.socket}`;
  }

  /** Running, with an image of another engine. */
  static async start(image: string, other: string): Promise<OwnDocker> {
    const own = new OwnDocker(await mkdtemp(join(tmpdir(), 'own-docker-')));
    await own.begin();
    await own.load(image, other);
    return own;
  }

  /** Resolves when it answers. */
  async begin(): Promise<void> {
    const at = (name: string): string => join(this.#folder, name);
    await writeFile(at('daemon.json'), '{}');
    // Of a daemon that was killed: it would wait for the containerd that died with it.
    for (const name of ['dockerd.pid', 'exec/containerd/containerd.pid']) await rm(at(name), { force: true });
    const places = [
      '--data-root',
      at('data'),
      '--exec-root',
      at('exec'),
      '--pidfile',
      at('dockerd.pid'),
      '--config-file',
      at('daemon.json'),
    ];
    const network = ['--bridge=none', '--iptables=false', '--ip-forward=false'];
    // In a network namespace of its own: without a bridge, it removes the one of another engine of this machine.
    const command = ['--net', 'dockerd', '--host', this.host, ...places, ...network];
    this.#daemon = spawn('unshare', command, { stdio: 'ignore' });
    for (const end = Date.now() + 30_000; !(await this.#answers());) {
      if (Date.now() > end) throw new Error('the own Docker engine does not answer');
      await sleep(50);
    }
  }

  async load(image: string, other: string): Promise<void> {
    const saved = await call({ socket: other.replace('unix://', ''), path: `/images/${image}/get` });
    await text(await call({ socket: this.socket, method: 'POST', path: '/images/load', body: saved }));
  }

  /** As by the system that shuts down (its containers end with it), or by a crash (they live on, until it is back). */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill(signal);
    await ended;
  }

  async removeImage(image: string): Promise<void> {
    await text(await call({ socket: this.socket, method: 'DELETE', path: `/images/${image}?force=true` }));
  }

  /** An image with nothing in it, of another architecture. */
  async makeImage(image: string, architecture: string): Promise<void> {
    const folder = join(this.#folder, 'image');
    const layer = Buffer.alloc(1024);
    const rootfs = { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] };
    await mkdir(folder);
    await writeFile(join(folder, 'layer.tar'), layer);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ architecture, os: 'linux', config: {}, rootfs }));
    await writeFile(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [image], Layers: ['layer.tar'] }]));
    const { stdout } = spawn('tar', ['--create', '--directory', folder, 'manifest.json', 'config.json', 'layer.tar']);
    await text(await call({ socket: this.socket, method: 'POST', path: '/images/load', body: stdout }));
  }

  /** Ends a container and removes it. */
  async removeWorker(name: string): Promise<void> {
    await text(await call({ socket: this.socket, method: 'DELETE', path: `/containers${name}?force=true&v=true` }));
  }

  /** Runs a command in a container. Resolves with its exit code. */
  async run(name: string, ...command: readonly string[]): Promise<number> {
    const { socket } = this;
    const body = { Cmd: command, AttachStdout: true };
    const { Id } = (await json(await call({ socket, method: 'POST', path: `/containers${name}/exec`, body }))) as { readonly Id: string };
    await text(await call({ socket, method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false } }));
    return ((await json(await call({ socket, path: `/exec/${Id}/json` }))) as { readonly ExitCode: number }).ExitCode;
  }

  /** Where this machine sees the files of a container that runs. */
  async rootOf(name: string): Promise<string> {
    return `/proc/${(await this.#inspect(name)).State.Pid}/root`;
  }

  /** How many commands run beside the worker in a container. */
  async commandsIn(name: string): Promise<number> {
    return (await this.#inspect(name)).ExecIDs?.length ?? 0;
  }

  /** Names of the workers' containers, whatever state they are in. */
  async workers(): Promise<readonly string[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: ['dev.ambit.worker'] }));
    const listed = await json(await call({ socket: this.socket, path: `/containers/json?all=true&filters=${filters}` }));
    return (listed as readonly { readonly Names: readonly string[] }[]).flatMap(({ Names }) => Names);
  }

  /** What a crash left running ends with the next daemon. */
  async dispose(): Promise<void> {
    if (!this.#daemon) await this.begin();
    await this.end('SIGTERM');
    for (const path of (await mountsIn(this.#folder)).toReversed()) await once(spawn('umount', ['--lazy', path]), 'exit');
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #inspect(name: string): Promise<Inspected> {
    return (await json(await call({ socket: this.socket, path: `/containers${name}/json` }))) as Inspected;
  }

  #answers(): Promise<boolean> {
    return call({ socket: this.socket, path: '/_ping' }).then(
      async (answer) => (await text(answer)) === 'OK',
      () => false,
    );
  }
}

async function mountsIn(folder: string): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return mounts.filter((path) => path.startsWith(`${folder}/`));
}

async function call({ socket, method = 'GET', path, body }: Call): Promise<IncomingMessage> {
  const type = body instanceof Readable ? 'application/x-tar' : 'application/json';
  const asked = request({ socketPath: socket, method, path, agent: false, headers: { 'content-type': type } });
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  if (body instanceof Readable) body.pipe(asked);
  else asked.end(body && JSON.stringify(body));
  const [answer] = await answered;
  if ((answer.statusCode ?? 500) < 300) return answer;
  throw new Error(`${method} ${path}: ${answer.statusCode} ${await text(answer)}`);
}
