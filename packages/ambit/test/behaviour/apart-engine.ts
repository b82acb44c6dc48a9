import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ToldLines } from './told-lines.ts';

const bin = fileURLToPath(new URL('../../bin/ambit.js', import.meta.url));

export interface ApartStart {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly args: readonly unknown[];
}

/** A run by the command line: an engine that is a process of its own. */
export class ApartEngine {
  readonly #lines = new ToldLines();
  readonly #ended: Promise<void>;
  readonly #kill: () => void;

  constructor({ folder, env, words, args }: ApartStart) {
    const child = spawn(process.execPath, [bin, 'run', ...words, '--input', '-', '--json=events'], { cwd: folder, env });
    child.stdin.on('error', () => undefined).end(JSON.stringify(args));
    child.stderr.on('data', (data: Buffer) => this.#lines.add(data.toString()));
    this.#kill = () => child.kill('SIGKILL');
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    createInterface(child.stdout).on('line', (line) => {
      const { type, text } = JSON.parse(line) as { type: string; text?: string };
      if (type === 'attempt.log') this.#lines.add(text ?? '');
    });
    void this.#ended.then(() => this.#lines.end());
  }

  says(text: string): Promise<void> {
    return this.#lines.says(text);
  }

  async kill(): Promise<void> {
    this.#kill();
    await this.#ended;
  }
}
