import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { AmbitError, definePlugin } from '@ambit/plugin-api';
import type {
  BuildRequest,
  BuiltImage,
  Digest,
  ExecutorDescription,
  Layer,
  Machine,
  MachineRunResult,
  Placement,
  Plugin,
} from '@ambit/plugin-api';
import {
  conformanceTasks,
  folderTools,
  memoryBuilder,
  memoryExecutor,
  memoryMachine,
  memoryObjects,
  memoryPlace,
  memoryRunGround,
  memoryRuns,
  memoryShared,
} from '@ambit/testkit';
import type { ConformanceTools, ContainerTools, MemoryBlobs, MemoryLeases, MemoryPlace, MemoryRunGround } from '@ambit/testkit';

const run = promisify(execFile);

/** One for each key, made when first asked for: what lies in a folder, so to say. */
function each<T>(make: () => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const value = made.get(key) ?? make();
    made.set(key, value);
    return value;
  };
}

const places = each<MemoryPlace>(memoryPlace);
const grounds = each<MemoryRunGround>(memoryRunGround);
const leases = each<MemoryLeases>(() => new Map());
const blobs = each<MemoryBlobs>(() => new Map());
const images = each<Map<Digest, BuiltImage>>(() => new Map());

const capacity: ExecutorDescription['capacity'] = { cpu: 4, memory: 2 ** 33, gpus: [] };

/** What lies in folders of others lies in maps here; the install scripts of packages are run. */
export const memoryPlugin = definePlugin({
  type: 'memory',
  apiVersion: 1,
  builder: ({ stateDirectory }) =>
    memoryBuilder({ images: images(stateDirectory), describe: { perMachine: true }, hold: (request, signal) => install(request, signal) }),
  executor: ({ stateDirectory, clock, machine }) =>
    memoryExecutor({
      place: places(stateDirectory),
      tasks: conformanceTasks(),
      describe: { capacity },
      reservationTtlMs: 3_600_000,
      clock,
      machine,
    }),
  runs: ({ stateDirectory, clock }) => memoryRuns({ ground: grounds(stateDirectory), clock }),
  shared: ({ stateDirectory, clock }) => memoryShared({ leases: leases(stateDirectory), clock }),
  objects: ({ stateDirectory }) => memoryObjects(blobs(stateDirectory)),
}) satisfies Plugin;

/** Runs what layers run, here; `before` what is to be done before each. */
export async function install({ layers }: BuildRequest, signal: AbortSignal, before = ':'): Promise<void> {
  for (const [layer, each] of layers.entries())
    for (const command of await commandsOf(each)) {
      signal.throwIfAborted();
      await run('sh', ['-e', '-c', `${before}\n${command}`], { signal }).catch((error: unknown) => {
        signal.throwIfAborted();
        const facts = { step: layer + 1, layer, command, exitCode: (error as { code: number }).code, log: 'it failed' };
        throw new AmbitError('AMBIT_BUILD_FAILED', 'A script failed.', { hint: 'Mend it.', facts });
      });
    }
}

async function commandsOf(layer: Layer): Promise<readonly string[]> {
  if (layer.kind === 'commands') return layer.commands;
  return layer.kind === 'npm' ? Promise.all(layer.specs.map(installScript)) : [];
}

async function installScript(spec: string): Promise<string> {
  const text = await readFile(join(fileURLToPath(`file://${spec.slice('file:'.length)}`), 'package.json'), 'utf8');
  return (JSON.parse(text) as { scripts: { install: string } }).scripts.install;
}

/** This machine as far as its programs go. */
function machine(folder: string): Machine {
  const answer = async ([program = '', ...args]: readonly string[]): Promise<Partial<MachineRunResult> | undefined> => {
    if (program !== 'sh') return undefined;
    const encoding = { encoding: 'buffer' as const };
    return run(program, args, encoding).catch((error: { code: number; stdout: Buffer }) => ({ code: error.code, stdout: error.stdout }));
  };
  return { ...memoryMachine({ run: answer, facts: { os: process.platform } }), cacheDirectory: join(folder, 'cache') };
}

/** Nothing of the runtime is used. */
export function memoryTools(containers?: ContainerTools): ConformanceTools {
  const runtime = async (): Promise<Placement['runtime']> => ({ digest: `sha256:${'7'.repeat(64)}`, locations: [] });
  return folderTools({ machine, runtime, ...(containers && { containers }) });
}
