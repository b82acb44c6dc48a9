import { formatBytes } from '@ambit/plugin-api';
import type { WorkerRequest } from '@ambit/plugin-api';
import type { DaemonInfo } from '../daemon/daemon.ts';

export const LACK_HINT = 'Ask for less, or choose another executor for this environment.';

/** What an engine can never give a worker; undefined where there is no such thing. */
export function lackOf({ image, resources }: WorkerRequest, { platform, memory }: DaemonInfo): string | undefined {
  if (image.platform !== platform) return `its image is for ${image.platform}, and this engine runs ${platform}`;
  if (resources.gpu) return `it asks for ${resources.gpu.count} GPU, and no GPUs are known of this engine`;
  const asked = resources.memory?.request ?? 0;
  return asked > memory ? `it asks for ${formatBytes(asked)} of memory, and this engine has ${formatBytes(memory)}` : undefined;
}
