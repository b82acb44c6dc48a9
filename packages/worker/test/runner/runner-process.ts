import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { channelFrame, ChannelReader } from '../../src/runner/channel-frames.ts';
import type { FromRunner, RunnerStart, ToRunner } from '../../src/runner/channel.ts';
import type { AttemptOutcome, ChildOutcome } from '../../src/protocol/messages.ts';
import { decodeError, decodeValue, encodeArgs, encodeError, encodeValue } from '../../src/values/index.ts';
import { TaskError } from '../../src/runtime/index.ts';

type Of<Type extends FromRunner['type']> = Extract<FromRunner, { type: Type }>;

/** A real runner, with the test in the place of its supervisor. */
export class RunnerProcess {
  readonly directory: string;
  readonly messages: FromRunner[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  #waiting: (() => void)[] = [];
  #attempts = 0;

  static async start(built: string, environment = 'main_env', told: Partial<RunnerStart> = {}): Promise<RunnerProcess> {
    return new RunnerProcess(await mkdtemp(join(tmpdir(), 'ambit-run-')), built, { environment, ...told });
  }

  private constructor(directory: string, built: string, told: Pick<RunnerStart, 'environment'> & Partial<RunnerStart>) {
    this.directory = directory;
    const start: RunnerStart = { run: 'run-1', gpus: [], drafts: directory, ...told };
    this.#child = spawn(process.execPath, [join(built, 'runner.js'), JSON.stringify(start)], {
      cwd: directory,
      env: { PATH: process.env['PATH'], TMPDIR: directory, RUNTIME: join(built, 'runtime.js') },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString('latin1')));
    this.#child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.#channel = this.#child.stdio[3] as Socket;
    const reader = new ChannelReader<FromRunner>((message) => this.#receive(message));
    this.#channel.on('data', (data: Buffer) => reader.push(data)).on('error', () => undefined);
    this.exited = once(this.#child, 'close').then(([code, signal]) => {
      this.#wake();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
    this.#runtime = join(built, 'runtime.js');
  }

  readonly #runtime: string;

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(message: ToRunner): void {
    this.#channel.write(channelFrame(message));
  }

  /** What a supervisor makes of a bundle: files by path, of which `main.js` is the entry. */
  async load(files: Readonly<Record<string, string>> | string): Promise<Of<'loaded'>> {
    const folder = join(this.directory, 'bundle');
    const all = typeof files === 'string' ? { 'main.js': files } : files;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports: { '#ambit/runtime': './runtime.js' } }));
    await symlink(this.#runtime, join(folder, 'runtime.js'));
    for (const [path, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    this.send({ type: 'load', digest: 'sha256:1', entry: join(folder, 'main.js') });
    return this.next('loaded');
  }

  /** Starts an attempt and answers the action's id. */
  begin(task: string, args: readonly unknown[] = [], directory: string = this.directory): string {
    this.#attempts += 1;
    const action = `a${this.#attempts}`;
    this.send({ type: 'attempt', action, attempt: 1, task, args: encodeArgs(args), directory, scratch: join(this.directory, 'scratch') });
    return action;
  }

  /** Runs an attempt to its end. */
  async run(task: string, args: readonly unknown[] = []): Promise<AttemptOutcome> {
    return (await this.ended(this.begin(task, args))).outcome;
  }

  ended(action: string): Promise<Of<'ended'>> {
    return this.next('ended', (message) => message.action === action);
  }

  /** The n-th call of a task by a task, from 1. */
  call(action: string, call: number): Promise<Of<'call'>> {
    return this.next('call', (message) => message.action === action && message.call === call);
  }

  answer({ action, attempt, call }: Of<'call'>, outcome: ChildOutcome): void {
    this.send({ type: 'call.outcome', action, attempt, call, outcome });
  }

  succeed(call: Of<'call'>, value: unknown): void {
    this.answer(call, { status: 'succeeded', value: encodeValue(value) });
  }

  /** As an engine tells it: what the child threw is the cause of a `TaskError`. */
  fail(call: Of<'call'>, thrown: unknown): void {
    const failed = { failure: 'user', task: call.task, environment: 'child_env', attempt: 1 } as const;
    const error = new TaskError('AMBIT_TASK_FAILED', `${call.task} failed`, failed, { hint: 'Mend it.' });
    this.answer(call, { status: 'failed', error: { ...encodeError(error), cause: encodeError(thrown) } });
  }

  cancel(action: string, reason: string): void {
    this.send({ type: 'cancel', action, attempt: 1, reason });
  }

  /** The first message of a type that fits, whether it came already or not. */
  async next<Type extends FromRunner['type']>(type: Type, fits: (message: Of<Type>) => boolean = () => true): Promise<Of<Type>> {
    for (;;) {
      const found = this.messages.find((message) => message.type === type && fits(message as Of<Type>));
      if (found) return found as Of<Type>;
      if (this.#child.exitCode !== null && this.#channel.closed) throw this.#gone(type);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async dispose(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
    await rm(this.directory, { recursive: true, force: true });
  }

  /** As a supervisor that died. */
  closeChannel(): void {
    this.#channel.destroy();
  }

  pauseChannel(): void {
    this.#channel.pause();
  }

  resumeChannel(): void {
    this.#channel.resume();
  }

  #receive(message: FromRunner): void {
    this.messages.push(message);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #gone(type: string): Error {
    return new Error(`The runner ended without "${type}". It said: ${JSON.stringify(this.messages)} ${this.stderr}`);
  }
}

/** What a task gave back; fails where it did not. */
export function valueOf(outcome: AttemptOutcome): unknown {
  if (outcome.status === 'succeeded') return decodeValue(outcome.value);
  throw new Error(`It has not succeeded: ${JSON.stringify(outcome)}`);
}

/** What a task failed with; fails where it did not. */
export function errorOf(outcome: AttemptOutcome): Error {
  if (outcome.status === 'failed' && outcome.error) return decodeError(outcome.error);
  throw new Error(`It has not failed: ${JSON.stringify(outcome)}`);
}
