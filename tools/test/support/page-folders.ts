import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from '../../sources.mjs';

/** What a reader has installed, and where it lies in this repository. */
const installed = {
  ambit: 'packages/ambit',
  '@ambit/docker': 'plugins/docker',
  '@ambit/local': 'plugins/local',
  '@ambit/plugin-api': 'packages/plugin-api',
  '@ambit/testkit': 'packages/testkit',
  '@types/node': 'node_modules/@types/node',
  tsx: 'node_modules/tsx',
  typescript: 'node_modules/typescript',
  vitest: 'node_modules/vitest',
};
const programs = { ambit: 'ambit/bin/ambit.js', tsx: 'tsx/dist/cli.mjs', tsc: 'typescript/bin/tsc', vitest: 'vitest/vitest.mjs' };
const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['pages'],
};

/** A folder with a project for each page, and with copies of examples. */
export class PageFolders {
  readonly home = mkdtempSync(join(tmpdir(), 'ambit-docs-'));
  readonly #modules = join(this.home, 'node_modules');

  constructor() {
    for (const [name, path] of Object.entries(installed)) link(join(root, path), join(this.#modules, name));
    for (const [name, path] of Object.entries(programs)) link(join(this.#modules, path), join(this.#modules, '.bin', name));
    writeFileSync(join(this.home, 'tsconfig.json'), JSON.stringify(tsconfig));
    // Packages that are only in images have no types here.
    this.write(this.home, 'pages/packages.d.ts', "declare module 'nanoid';\n");
  }

  /** The project that a page makes of its own snippets. */
  project(page: string): string {
    return this.#once(join(this.home, 'pages', nameOf(page)), (folder) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'my-flow', private: true, type: 'module' }));
    });
  }

  /** A page's copy of a folder of this repository. */
  copy(page: string, source: string): string {
    return this.#once(join(this.home, 'copies', nameOf(page), source), (folder) =>
      cpSync(join(root, source), folder, { recursive: true, filter: (path) => !/\/(node_modules|\.ambit)(\/|$)/.test(path) }),
    );
  }

  write(folder: string, file: string, text: string): void {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }

  /** What a shell prints that runs a block of a page in a folder, and its exit code. */
  run(page: string, folder: string, script: string): { readonly printed: string; readonly exit: number | null } {
    const { stdout, status } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', `exec 2>&1\n${script}`], {
      cwd: folder,
      env: this.#environment(nameOf(page)),
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
    });
    return { printed: stdout, exit: status };
  }

  /** What is wrong with the types of all projects: lines of `tsc`, which begin with a path below `pages`. */
  checkTypes(): readonly string[] {
    const command = [join(this.#modules, programs.tsc), '--pretty', 'false'];
    const { stdout } = spawnSync(process.execPath, command, { cwd: this.home, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  #once(folder: string, make: (folder: string) => void): string {
    if (existsSync(folder)) return folder;
    make(folder);
    link(this.#modules, join(folder, 'node_modules'));
    return folder;
  }

  /** Ours without what the tests themselves are told; each page begins with nothing built. */
  #environment(page: string): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !/^(AMBIT_|VITEST|FORCE_COLOR|NODE_ENV$|npm_)/.test(name));
    return {
      ...Object.fromEntries(kept),
      PATH: [join(this.#modules, '.bin'), process.env['PATH']].join(delimiter),
      AMBIT_MACHINE_STATE: join(this.home, 'machine', page),
      AMBIT_CACHE: join(this.home, 'cache', page),
      NO_COLOR: '1',
    };
  }
}

function nameOf(page: string): string {
  return page.replace(/\.md$/, '').replace(/\W+/g, '-');
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}
