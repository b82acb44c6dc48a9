import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { ImageManifest, WorkerSpec } from '@ambit/plugin-api';

/** What a worker's image means for its runners, with absolute paths. */
export interface RunnerWorld {
  /** All variables of a runner; nothing else reaches it. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly nodeModules?: string;
}

export function runnerWorld(spec: WorkerSpec): RunnerWorld {
  const manifest = readManifest(spec);
  const absolute = (path: string): string => resolve(spec.imageDirectory ?? spec.workDirectory, path);
  const written = manifest?.workdir ?? spec.workdir;
  const workdir = written === undefined ? undefined : absolute(written);
  const nodeModules = manifest?.nodeModules === undefined ? foundModules(spec, workdir) : absolute(manifest.nodeModules);
  return {
    env: runnerEnvironment(spec, manifest, absolute),
    ...(workdir === undefined ? {} : { workdir }),
    ...(nodeModules === undefined ? {} : { nodeModules }),
  };
}

/** Packages of an image that come from no npm layer, as of a base or a Dockerfile of the user's, lie where its own programs would find them. */
function foundModules({ container }: WorkerSpec, workdir = '/'): string | undefined {
  if (!container) return undefined;
  return [join(workdir, 'node_modules'), '/node_modules'].find((folder) => existsSync(folder));
}

function readManifest({ imageDirectory, container }: WorkerSpec): ImageManifest | undefined {
  if (imageDirectory === undefined) return undefined;
  const path = join(imageDirectory, 'image.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ImageManifest;
  } catch (error) {
    if (container && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AmbitError('AMBIT_IMAGE_MANIFEST', `The image's description ${path} cannot be read: ${(error as Error).message}.`, {
      hint: 'Remove the image and build it again.',
      facts: { path },
      cause: error,
    });
  }
}

function runnerEnvironment(
  { machineEnv, env, gpus }: WorkerSpec,
  manifest: ImageManifest | undefined,
  absolute: (path: string) => string,
): Record<string, string> {
  const visible = gpus.map(({ id }) => id).join(',');
  const machinePath = machineEnv['PATH'] ?? '';
  const imagePath = manifest?.env['PATH'];
  const written = [...(manifest?.path ?? []).map(absolute), imagePath === undefined ? machinePath : withPath(imagePath, machinePath)];
  // In a container, the machine's has those of the image already.
  const path = new Set(written.flatMap((folders) => folders.split(delimiter)).filter(Boolean));
  return {
    ...machineEnv,
    ...manifest?.env,
    ...(path.size > 0 ? { PATH: [...path].join(delimiter) } : {}),
    ...env,
    ...(visible ? { CUDA_VISIBLE_DEVICES: visible, NVIDIA_VISIBLE_DEVICES: visible } : {}),
  };
}

/** An image's variables are literal, but for `$PATH` at the start or the end of PATH. */
function withPath(value: string, machinePath: string): string {
  const parts = value.split(delimiter);
  return parts.map((part, index) => (part === '$PATH' && (index === 0 || index === parts.length - 1) ? machinePath : part)).join(delimiter);
}
