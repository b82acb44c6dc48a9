import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { FromRunner, ToRunner } from '../runner/channel.ts';
import { channelFrame, ChannelReader } from '../runner/channel-frames.ts';
import type { KillReason, RunnerExit } from './death-outcome.ts';
import { memoryKills } from './memory-kills.ts';
import { pause, processTree } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';

export type OutputStream = 'stdout' | 'stderr';
export type OutputSink = (stream: OutputStream, data: Buffer) => void;

export interface RunnerCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly pidNamespace: boolean;
  /** It is in a container, whose memory the kernel watches too. */
  readonly container: boolean;
}

/** How long killed processes may take to go: one that waits for a dead disk does not go at all. */
const deathMs = 5000;
/** How long the output of a dead runner may stay open: a process that escaped may hold it. */
const closeMs = 500;
const keptErrors = 16 * 1024;
const keptOutput = 2 ** 20;
const mostTurns = 8;

/** One runner: its process, its channel, its output, and its end. */
export class RunnerProcess {
  /** Resolves when nothing of it is left and all that it wrote has been handed on. */
  readonly exited: Promise<RunnerExit>;
  readonly tree: ProcessTree | undefined;
  readonly #onMessage: (message: FromRunner) => void;
  readonly #child: ChildProcess | undefined;
  #killed: KillReason | undefined;
  #killing: Promise<boolean> | undefined;
  #dying: RunnerExit['dying'];
  #spoke = false;
  #chunks = 0;
  #lastErrors: Buffer = Buffer.alloc(0);
  #sink: OutputSink | undefined;
  /** What came before anybody wanted it. */
  #early: { stream: OutputStream; data: Buffer }[] = [];
  #earlySize = 0;
  #settle!: (end: Pick<RunnerExit, 'code' | 'signal' | 'startError'>) => void;
  #hasExited = false;
  readonly #memoryKills: (() => number) | undefined;
  readonly #killsBefore: number;

  constructor(command: RunnerCommand, onMessage: (message: FromRunner) => void) {
    this.#onMessage = onMessage;
    this.#memoryKills = command.container ? memoryKills : undefined;
    this.#killsBefore = this.memoryKills;
    const ended = new Promise<Pick<RunnerExit, 'code' | 'signal' | 'startError'>>((resolve) => (this.#settle = resolve));
    this.exited = ended.then((end) => this.#end(end));
    this.#child = this.#spawn(command);
    if (this.#child?.pid !== undefined) this.tree = processTree(this.#child.pid, command.pidNamespace);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How many processes of its container the kernel has ended for want of memory so far; none where it is in no container. */
  get memoryKills(): number {
    return this.#memoryKills?.() ?? 0;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** What is said in one go goes in one write. */
  send(message: ToRunner): void {
    const channel = this.#child?.stdio[3] as Socket | null | undefined;
    if (!channel?.writable) return;
    if (channel.writableCorked === 0) {
      channel.cork();
      process.nextTick(() => channel.uncork());
    }
    channel.write(channelFrame(message));
  }

  /** Whose the output is from now on, that before included. */
  attach(sink: OutputSink): void {
    this.#sink = sink;
    for (const { stream, data } of this.#early) sink(stream, data);
    this.#early = [];
    this.#earlySize = 0;
  }

  /**
   * All output that had been written when this was called has been handed on. A pipe holds less than is read of it at one
   * look, so one turn of the event loop is enough; some more do not hurt, but what is left running may write for ever.
   */
  async drained(): Promise<void> {
    for (let before = -1, turns = 0; before !== this.#chunks && turns < mostTurns; turns += 1) {
      before = this.#chunks;
      await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
    }
  }

  /** The first reason counts. */
  async kill(reason: KillReason): Promise<RunnerExit> {
    if (!this.#hasExited) {
      this.#killed ??= reason;
      await this.#killTree();
      // Its exit is told by the system a moment later, or never where it does not die.
      void pause(closeMs).then(() => this.#settle({ code: null, signal: 'SIGKILL' }));
    }
    return this.exited;
  }

  #killTree(): Promise<boolean> {
    this.#killing ??= this.tree?.kill(deathMs) ?? Promise.resolve(true);
    return this.#killing;
  }

  #spawn({ argv, env, directory }: RunnerCommand): ChildProcess | undefined {
    const [program = '', ...args] = argv;
    try {
      const child = spawn(program, args, { cwd: directory, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
      child.once('error', (error) => this.#settle({ code: null, signal: null, startError: error.message }));
      child.once('exit', (code, signal) => this.#settle({ code, signal }));
      child.stdout?.on('data', (data: Buffer) => this.#output('stdout', data)).on('error', ignore);
      child.stderr?.on('data', (data: Buffer) => this.#output('stderr', data)).on('error', ignore);
      const reader = new ChannelReader<FromRunner>((message) => this.#message(message));
      child.stdio[3]?.on('data', (data: Buffer) => this.#read(reader, data)).on('error', ignore);
      return child;
    } catch (error) {
      this.#settle({ code: null, signal: null, startError: (error as Error).message });
      return undefined;
    }
  }

  #read(reader: ChannelReader<FromRunner>, data: Buffer): void {
    if (this.#killed?.kind === 'channel') return;
    try {
      reader.push(data);
    } catch (error) {
      void this.kill({ kind: 'channel', why: (error as Error).message });
    }
  }

  #message(message: FromRunner): void {
    this.#spoke = true;
    if (message.type === 'dying') this.#dying = message;
    else this.#onMessage(message);
  }

  #output(stream: OutputStream, data: Buffer): void {
    this.#chunks += 1;
    if (stream === 'stderr') this.#lastErrors = Buffer.concat([this.#lastErrors, data]).subarray(-keptErrors);
    if (this.#sink) this.#sink(stream, data);
    else if (this.#earlySize < keptOutput) {
      this.#early.push({ stream, data });
      this.#earlySize += data.length;
    }
  }

  async #end(end: Pick<RunnerExit, 'code' | 'signal' | 'startError'>): Promise<RunnerExit> {
    const child = this.#child;
    await this.#killTree();
    const open = [child?.stdout, child?.stderr, child?.stdio[3]].filter((stream) => stream && !stream.closed);
    const closed = Promise.all(open.map((stream) => new Promise((resolve) => stream?.once('close', resolve))));
    await Promise.race([closed, pause(closeMs)]);
    await this.drained();
    this.#hasExited = true;
    for (const stream of open) stream?.destroy();
    const outOfMemory = end.signal === 'SIGKILL' && !this.#killed && this.memoryKills > this.#killsBefore;
    return {
      ...end,
      ...(outOfMemory ? { outOfMemory } : {}),
      ...(this.#dying ? { dying: this.#dying } : {}),
      ...(this.#killed ? { killed: this.#killed } : {}),
      spoke: this.#spoke,
      lastErrors: this.#lastErrors.toString('utf8'),
    };
  }
}

function ignore(): void {}
