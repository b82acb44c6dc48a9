import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { AmbitError, platformOf, readText, sharedBuilds, writeText } from '@ambit/plugin-api';
import type { BuildRequest, BuiltImage, ImageBuilder, ImageIdentity, ImageManifest, Layer } from '@ambit/plugin-api';
import type { Machine, PluginHost, TellBuild } from '@ambit/plugin-api';

/** Makes images with npm packages by pnpm, as folders: a file that several images have is on the disk once. */
export function pnpmBuilder(host: PluginHost, { version = '10.34.9' }: { readonly version?: string } = {}): ImageBuilder {
  return {
    describe: async (signal) => ({
      layers: ['npm', 'env', 'workdir'],
      debian: { node: await nodeOf(host.machine, signal), python: [] },
      features: { cacheMounts: false, buildSecrets: false, targets: false, parents: false },
      platforms: [platformOf(await host.machine.facts(signal))],
      offers: [{ kind: 'host-directory', at: host.machine.id }],
      context: 'directory',
      perMachine: true,
      concurrency: 2,
    }),
    async exists(identity, { machine = host.machine }, signal) {
      try {
        const place = await placeOf(machine, identity, signal);
        const isThere = (await readText(machine, `${place}/image.json`, signal)) !== undefined;
        return isThere ? { exists: 'yes', image: builtImage(identity, machine, place) } : { exists: 'no' };
      } catch (error) {
        signal.throwIfAborted();
        return { exists: 'unknown', reason: (error as Error).message };
      }
    },
    build: sharedBuilds((request, tell, signal) => make(request, { machine: request.machine ?? host.machine, version, tell, signal })),
    dispose: async () => undefined,
  };
}

/** The major of the machine's Node. */
async function nodeOf(machine: Machine, signal: AbortSignal): Promise<readonly string[]> {
  return (await machine.facts(signal)).node?.version.split('.').slice(0, 1) ?? [];
}

interface Making {
  readonly machine: Machine;
  readonly version: string;
  readonly tell: TellBuild;
  readonly signal: AbortSignal;
}

/** A step for each npm layer, in order: of two that install one package the later wins. */
async function make({ identity, base, layers }: BuildRequest, making: Making): Promise<BuiltImage> {
  const { machine, tell, signal } = making;
  const begun = performance.now();
  const place = await placeOf(machine, identity, signal);
  const bases = ['debian:', ...(await nodeOf(machine, signal)).map((major) => `node:${major}-`)];
  if (!bases.some((each) => base.reference.startsWith(each)))
    throw new AmbitError('AMBIT_BUILD_OTHER_NODE', `The image asks for ${base.reference}, and pnpm takes this machine as it is.`, {
      hint: 'Leave the versions out of Image.fromDebianBase(), or use another builder.',
    });
  const npm = layers.flatMap((layer, index) => (layer.kind === 'npm' ? [{ specs: layer.specs, layer: index }] : []));
  await whole(place, making, async (directory) => {
    await writeText(machine, `${directory}/package.json`, '{ "private": true }', { signal });
    for (const [index, { specs, layer }] of npm.entries()) {
      const step = { number: index + 1, name: `pnpm add ${specs.join(' ')}`, layer };
      tell({ type: 'step', of: npm.length + 1, cached: false, ...step });
      await run([...(await pnpm(making, step)), ...specs], directory, step, making);
    }
    tell({ type: 'step', number: npm.length + 1, of: npm.length + 1, name: 'image', cached: false });
    await writeText(machine, `${directory}/image.json`, JSON.stringify(manifestOf(layers)), { mode: 0o644, signal });
  });
  return { ...builtImage(identity, machine, place), durationMs: Math.round(performance.now() - begun) };
}

/** The words before the packages. pnpm itself is installed once, beside the images. */
async function pnpm(making: Making, step: Step): Promise<readonly string[]> {
  const { machine, version, signal } = making;
  const tool = `${machine.cacheDirectory}/pnpm/pnpm-${version}`;
  const program = `${tool}/node_modules/pnpm/bin/pnpm.cjs`;
  if ((await readText(machine, program, signal)) === undefined)
    await whole(tool, making, async (directory) => {
      await writeText(machine, `${directory}/package.json`, '{ "private": true }', { signal });
      const argv = ['npm', 'install', '--no-audit', '--no-fund', `pnpm@${version}`];
      await run(argv, directory, { ...step, name: argv.join(' ') }, making);
    });
  // Install scripts run, as with npm; shims name no folder, since the image is moved.
  const flags = ['--config.dangerously-allow-all-builds=true', '--config.extend-node-path=false', '--config.lockfile=false'];
  const store = `${machine.cacheDirectory}/pnpm/store`;
  return ['node', program, 'add', ...flags, '--ignore-workspace', '--reporter=append-only', '--store-dir', store];
}

/** Fills a folder under another name and moves it: what stands at its place is never half of it. */
async function whole(place: string, { machine, signal }: Making, fill: (directory: string) => Promise<void>): Promise<void> {
  const directory = `${place}.${randomBytes(6).toString('hex')}`;
  try {
    await fill(directory);
    // Another process may have made the same meanwhile.
    const { code, stderr } = await machine.run(['sh', '-c', '[ -e "$2" ] || mv "$1" "$2"', 'sh', directory, place], { signal });
    if (code !== 0)
      throw new AmbitError('AMBIT_BUILD_NOT_STORED', `${place} could not be made: ${new TextDecoder().decode(stderr).trim()}.`, {
        hint: 'Correct owner and rights of the cache folder.',
      });
  } finally {
    // After an abort too.
    await machine.run(['rm', '-rf', directory], { signal: AbortSignal.timeout(60_000) });
  }
}

interface Step {
  readonly number: number;
  readonly name: string;
  readonly layer: number;
}

async function run(argv: readonly string[], cwd: string, { number, name, layer }: Step, making: Making): Promise<void> {
  const log: string[] = [];
  const onLine = (text: string, stream: 'stdout' | 'stderr'): void => {
    log.push(text);
    making.tell({ type: 'log', step: number, stream, text });
  };
  const { code } = await making.machine.run(argv, { cwd, signal: making.signal, onLine });
  if (code === 0) return;
  const exitCode = code ?? 128;
  throw new AmbitError('AMBIT_BUILD_FAILED', `An image could not be built: "${name}" ended with exit code ${exitCode}.`, {
    hint: 'Read the end of the log, and correct the packages of this layer.',
    facts: { step: number, layer, command: name, exitCode, log: log.slice(-60).join('\n') },
  });
}

/** What packages are made for is in the name: system, processor, libc and Node. */
async function placeOf(machine: Machine, { digest }: ImageIdentity, signal: AbortSignal): Promise<string> {
  const { os, arch, libc, node } = await machine.facts(signal);
  return `${machine.cacheDirectory}/pnpm/images/${digest.replace('sha256:', '')}-${os}-${arch}-${libc}-${node?.abi}`;
}

function builtImage(identity: ImageIdentity, { id }: Machine, path: string): BuiltImage {
  return { identity, locations: [{ kind: 'host-directory', machine: id, path }], durationMs: 0 };
}

/** Paths are relative, so that the folder can be moved. */
function manifestOf(layers: readonly Layer[]): ImageManifest {
  const env = Object.assign({}, ...layers.map((layer) => (layer.kind === 'env' ? layer.variables : {}))) as Record<string, string>;
  const workdir = layers.findLast((layer) => layer.kind === 'workdir')?.directory;
  return {
    version: 1,
    env,
    path: ['node_modules/.bin'],
    nodeModules: 'node_modules',
    ...(workdir === undefined ? {} : { workdir: posix.join('root', posix.join('/', workdir)) }),
  };
}
