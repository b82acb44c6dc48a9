import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { environmentDefinition } from '@ambit/core';
import type { AnyEnvironment, EnvironmentDefinition } from '@ambit/core';
import { folderObjects, installRuntime, layerFiles, local, localMachine, readFiles, sqliteRuns } from '@ambit/local';
import type { PluginHost } from '@ambit/plugin-api';
import { silentLogger, testHost, wallClock } from '@ambit/testkit';
import { encodeArgs } from '@ambit/worker/values';
import { createEngine } from '../../src/index.ts';
import type { Engine, EngineParts, RunHandle, RunRequest } from '../../src/index.ts';
import { testProject } from './test-project.ts';
import { never } from './world.ts';

const bin = join(dirname(createRequire(import.meta.url).resolve('@ambit/worker/package.json')), 'dist/bin');

/** Whether the worker is built: without that no real one can be started. */
export const isWorkerBuilt = existsSync(join(bin, 'supervisor.js'));

/** Real workers of this machine, a real record, and an engine that knows only of a folder of its own. */
export class LocalPlace {
  readonly directory = mkdtempSync(join(tmpdir(), 'ambit-engine-'));
  readonly parts: EngineParts;
  readonly #engines: Engine[] = [];
  readonly #code: Readonly<Record<string, string>>;

  /** `code`: the module of each environment. */
  constructor(code: Readonly<Record<string, string>>) {
    this.#code = code;
    const machine = localMachine({ cacheDirectory: join(this.directory, 'cache'), stateDirectory: join(this.directory, 'state') });
    const host = (instance: string): PluginHost => testHost(join(this.directory, 'state', instance), { instance, machine });
    const { builder, executor } = local();
    const files = ['supervisor.js', 'runner.js', 'runtime.js'].map((name) => ({ name, path: join(bin, name) }));
    const digest = digestOf(files.map(({ path }) => readFileSync(path, 'utf8')).join('\n'));
    this.parts = {
      builders: new Map([['host', builder(host('host'))]]),
      executors: new Map([['local', executor(host('local'))]]),
      runs: sqliteRuns().runs(host('runs')),
      objects: folderObjects().objects(host('objects')),
      clock: wallClock(),
      log: silentLogger,
      machine,
      runtime: () => installRuntime(machine, { files, node: process.execPath, digest }),
      readFiles,
      layerFiles,
    };
  }

  async start(root: AnyEnvironment, task: string, args: readonly unknown[] = [], request: Partial<RunRequest> = {}): Promise<RunHandle> {
    await this.parts.runs.open();
    const engine = createEngine(this.parts);
    this.#engines.push(engine);
    const project = { ...testProject([root]), bundle: async (environment: EnvironmentDefinition) => this.#bundle(environment) };
    const id = `${root.name}.${task}`;
    const { os, arch } = await this.parts.machine.facts(never());
    const settings = { platform: `${os}/${arch === 'x64' ? 'amd64' : arch}`, builders: ['host'], executors: ['local'] };
    const planned = await engine.plan(project, [{ environment: environmentDefinition(root)!, task: id }], settings, never());
    return engine.run(planned, { task: id, args: encodeArgs(args), ...request });
  }

  async dispose(): Promise<void> {
    for (const part of [...this.#engines, ...this.parts.executors.values(), this.parts.runs, this.parts.objects]) await part.dispose();
    await rm(this.directory, { recursive: true, force: true });
  }

  async #bundle({ name }: EnvironmentDefinition): Promise<Awaited<ReturnType<ReturnType<typeof testProject>['bundle']>>> {
    const code = this.#code[name] ?? '';
    return {
      environment: name,
      digest: digestOf(code),
      packages: [],
      calls: [],
      diagnostics: [],
      entry: 'main.mjs',
      files: [{ path: 'main.mjs', mode: 0o644, data: Buffer.from(code) }],
    };
  }
}

function digestOf(text: string): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
