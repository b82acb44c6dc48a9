import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { withoutPasswords } from '@ambit/plugin-api';
import type { Machine } from '@ambit/plugin-api';
import { EventQueue } from './event-queue.ts';
import { brokenMaking, missingProgram, noSpace, saysNoSpace } from './making-errors.ts';

/** A directory that is made by commands, once per machine, whoever else wants it. */
export interface Making {
  /** Absolute: where the directory is to be. */
  readonly place: string;
  /** A path in the directory that is there where it is whole. */
  readonly proof: string;
  /** `rename`: it is made aside and moved. `link`: it stays where it was made, since its files name it, and its place is a link. */
  readonly publish: 'rename' | 'link';
  /** Writes what is needed into the directory where it is made, and says what is to be done there. */
  prepare(directory: string, signal: AbortSignal): Promise<MakingWork>;
}

/** Paths are relative to the directory. Folders and links come first; folders get their modes last. */
export interface MakingWork {
  readonly folders?: readonly { readonly path: string; readonly mode?: number }[];
  readonly links?: readonly { readonly path: string; readonly target: string }[];
  readonly commands?: readonly MakingCommand[];
  /** What is not part of the result. */
  readonly remove?: readonly string[];
}

export interface MakingCommand {
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** Besides the machine's own; null takes a variable away. Values are on no command line and in no file. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** A regular expression: output that means failure, whatever the exit code says. */
  readonly alarm?: string;
  /** A file that it writes, and a regular expression: what matches in its lines is told where the command fails. */
  readonly reasons?: { readonly file: string; readonly pattern: string };
}

export type MakingEvent =
  | { readonly type: 'command'; readonly number: number }
  | { readonly type: 'line'; readonly stream: 'stdout' | 'stderr'; readonly text: string };

export type Made =
  | { readonly is: 'made' | 'found' }
  /** A command ended with an error; `log` has its last lines, up to 200. */
  | { readonly is: 'failed'; readonly number: number; readonly exitCode: number; readonly log: string };

export interface MakingOptions {
  readonly signal: AbortSignal;
  readonly emit: (event: MakingEvent) => void;
}

/** What a maker's process says. */
export type MakingAnswer = { readonly is: 'ready' | 'waiting' } | { readonly is: 'command'; readonly number: number } | LastAnswer;

type LastAnswer =
  | { readonly is: 'made' | 'found' }
  | { readonly is: 'missing'; readonly program: string }
  | { readonly is: 'failed'; readonly number: number; readonly exitCode: number; readonly message?: string }
  | { readonly is: 'broken'; readonly code: string; readonly message: string };

let script: string | undefined;

function makerCommand(): readonly string[] {
  script ??= readFileSync(new URL('./maker-process.js', import.meta.url), 'utf8');
  return ['node', '--input-type=module', '-e', script];
}

/** Made by this call, or by another process meanwhile. Whatever else happens, it leaves nothing. */
export async function makeOnce(machine: Machine, making: Making, options: MakingOptions): Promise<Made> {
  const maker = new Maker(machine, making, options);
  try {
    return await maker.make();
  } finally {
    await maker.leave();
  }
}

class Maker {
  readonly #machine: Machine;
  readonly #making: Making;
  readonly #options: MakingOptions;
  readonly #token = randomBytes(8).toString('hex');
  readonly #orders = new EventQueue<string>();
  readonly #answers = new EventQueue<MakingAnswer>();
  readonly #log: string[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #command = 0;
  #isOver = false;

  constructor(machine: Machine, making: Making, options: MakingOptions) {
    this.#machine = machine;
    this.#making = making;
    this.#options = options;
  }

  async make(): Promise<Made> {
    this.#start();
    for await (const answer of this.#answers) {
      switch (answer.is) {
        case 'waiting':
          this.#tell('another process is making this already; waiting for it', 'stderr');
          break;
        case 'ready':
          this.#order(await this.#making.prepare(this.#directory, this.#options.signal));
          break;
        case 'command':
          this.#begin(answer.number);
          break;
        default:
          this.#isOver = true;
          return this.#end(answer);
      }
    }
    this.#options.signal.throwIfAborted();
    return this.#failed(137, 'it was killed');
  }

  /** Resolves when nothing runs any more, and nothing unfinished is there. */
  async leave(): Promise<void> {
    this.#orders.end();
    await this.#running.catch(() => undefined);
    if (this.#isOver) return;
    const stdin = encoded([JSON.stringify({ ...this.#place, undo: true })]);
    // Its own signal: what is aborted is cleared away too.
    await this.#machine.run(makerCommand(), { stdin, signal: AbortSignal.timeout(120_000) }).catch(() => undefined);
  }

  get #directory(): string {
    return `${this.#making.place}.${this.#token}`;
  }

  get #place(): object {
    const { place, proof, publish } = this.#making;
    return { token: this.#token, place, proof, publish, directory: this.#directory };
  }

  #start(): void {
    const { signal } = this.#options;
    this.#order(this.#place);
    const onLine = (line: string, stream: 'stdout' | 'stderr'): void => this.#hear(line, stream);
    const running = this.#machine.run(makerCommand(), { stdin: encoded(this.#orders), signal, onLine });
    this.#running = running;
    running.then(
      () => this.#answers.end(),
      (error: NodeJS.ErrnoException) => this.#answers.fail(error.code === 'ENOENT' ? missingProgram(this.#machine, 'node', error) : error),
    );
  }

  #order(order: object): void {
    this.#orders.push(JSON.stringify(order));
  }

  /** What a command writes without a line end may stand before an answer. */
  #hear(line: string, stream: 'stdout' | 'stderr'): void {
    const at = stream === 'stdout' ? line.indexOf(`${this.#token} {`) : -1;
    const text = at < 0 ? line : line.slice(0, at);
    if (text !== '') this.#tell(withoutPasswords(text), stream);
    if (at >= 0) this.#answers.push(JSON.parse(line.slice(at + this.#token.length)) as MakingAnswer);
  }

  #tell(text: string, stream: 'stdout' | 'stderr'): void {
    this.#log.push(text);
    if (this.#log.length > 200) this.#log.shift();
    this.#options.emit({ type: 'line', stream, text });
  }

  #begin(number: number): void {
    this.#command = number;
    this.#log.length = 0;
    this.#options.emit({ type: 'command', number });
  }

  #end(answer: LastAnswer): Made {
    switch (answer.is) {
      case 'made':
      case 'found':
        return { is: answer.is };
      case 'missing':
        throw missingProgram(this.#machine, answer.program);
      case 'broken':
        throw brokenMaking(this.#making.place, answer);
      case 'failed':
        return this.#failed(answer.exitCode, answer.message);
    }
  }

  #failed(exitCode: number, message = 'it said nothing'): Made {
    const log = this.#log.join('\n') || message;
    if (saysNoSpace(log)) throw noSpace(this.#making.place, log);
    return { is: 'failed', number: this.#command, exitCode, log };
  }
}

async function* encoded(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}
