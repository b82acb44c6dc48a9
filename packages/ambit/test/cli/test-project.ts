import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const bin = join(packageFolder, 'bin/ambit.js');

/** How a process ended, and what it wrote. */
export interface Ended {
  /** As a shell would show it: a signal counts as 128 and its number. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly uid?: number;
}

/** A process of the command that goes on. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  #changed: (() => void)[] = [];

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (data: Buffer) => this.#take(() => (this.#stdout += data.toString())));
    child.stderr?.on('data', (data: Buffer) => this.#take(() => (this.#stderr += data.toString())));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#take(() => undefined);
        resolve({ code: code ?? 128 + (signal === 'SIGINT' ? 2 : 9), stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Resolves when it has written this; rejects when it ends without. */
  async until(text: string): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    while (!`${this.#stdout}${this.#stderr}`.includes(text)) {
      if (over) throw new TypeError(`it ended without "${text}": ${this.#stdout}${this.#stderr}`);
      await Promise.race([new Promise<void>((resolve) => this.#changed.push(resolve)), this.ended]);
    }
  }

  #take(act: () => unknown): void {
    act();
    for (const wake of this.#changed.splice(0)) wake();
  }
}

/** A project in a folder of its own, with state and caches of its own. */
export class TestProject {
  readonly folder: string;
  readonly #base: string;

  private constructor(base: string) {
    this.#base = base;
    this.folder = join(base, 'project');
  }

  static async make(files: Readonly<Record<string, string>>): Promise<TestProject> {
    const project = new TestProject(await mkdtemp(join(tmpdir(), 'ambit-cli-')));
    await mkdir(join(project.folder, 'node_modules'), { recursive: true });
    await symlink(packageFolder, join(project.folder, 'node_modules/ambit'));
    await project.write({ 'package.json': '{"name": "project", "type": "module"}', ...files });
    return project;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  get env(): Readonly<Record<'AMBIT_STATE' | 'AMBIT_MACHINE_STATE' | 'AMBIT_CACHE', string>> {
    const at = (name: string): string => join(this.#base, name);
    return { AMBIT_STATE: at('state'), AMBIT_MACHINE_STATE: at('machine'), AMBIT_CACHE: at('cache') };
  }

  /** Runs the command to its end. */
  ambit(words: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }

  start(words: readonly string[], options: StartOptions = {}): Running {
    return this.node([bin, ...words], options);
  }

  /** Runs a program of the project, with Node. */
  node(words: readonly string[], { cwd, env, stdin, uid }: StartOptions = {}): Running {
    const child = spawn(process.execPath, [...words], {
      cwd: join(this.folder, cwd ?? ''),
      env: { ...plainEnvironment(), ...this.env, ...env },
      ...(uid !== undefined && { uid, gid: uid }),
    });
    child.stdin.on('error', () => undefined).end(stdin ?? '');
    return new Running(child);
  }

  /** Workers that live, and folders that they work in. */
  leftovers(): readonly string[] {
    return [...this.processes().map(({ command }) => command), ...entries(join(this.env.AMBIT_CACHE, 'work'))];
  }

  processes(): readonly { readonly pid: number; readonly command: string }[] {
    return entries('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), command: commandOf(name) }))
      .filter(({ command }) => command.includes(this.env.AMBIT_CACHE));
  }

  async remove(): Promise<void> {
    for (const { pid } of this.processes()) process.kill(pid, 'SIGKILL');
    await rm(this.#base, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Without what the tests themselves run under. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(AMBIT_|VITEST|FORCE_COLOR$|NO_COLOR$|CI$|NODE_OPTIONS$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** The lines of JSON in a text. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
