import { availableParallelism, totalmem } from 'node:os';
import type { ExecutorDescription, Gpu, Machine } from '@ambit/plugin-api';
import { findProgram } from '../machine/find-program.ts';
import type { LocalOptions } from '../options.ts';
import { oncePerBoot } from './boot.ts';

export type Capacity = NonNullable<ExecutorDescription['capacity']>;

export const PLACE = 'local';

/** What this machine has, or what the configuration says of it. */
export async function localCapacity(
  options: LocalOptions,
  machine: Machine,
  stateDirectory: string,
  path: string | undefined,
): Promise<Capacity> {
  return {
    cpu: options.cpus ?? availableParallelism(),
    memory: options.memory ?? memoryOfMachine(),
    gpus: options.gpus?.map((gpu) => ({ ...gpu, place: PLACE })) ?? (await foundGpus(machine, stateDirectory, path)),
  };
}

/** A container's limit counts; where there is none, the number is absurdly large. */
export function memoryOfMachine(): number {
  const constrained = process.constrainedMemory() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

async function foundGpus(machine: Machine, stateDirectory: string, path: string | undefined): Promise<readonly Gpu[]> {
  const program = findProgram('nvidia-smi', path);
  if (!program) return [];
  const query = [program, '--query-gpu=uuid,name,memory.total', '--format=csv,noheader,nounits'];
  const ask = async (): Promise<readonly Gpu[]> => {
    const { code, stdout } = await machine.run(query, { signal: AbortSignal.timeout(30_000) });
    return code === 0 ? parseGpus(new TextDecoder().decode(stdout)) : [];
  };
  return oncePerBoot(stateDirectory, { file: 'gpus.json', key: query.join(' '), ask });
}

/** Lines like `GPU-5ca4…, NVIDIA A100-SXM4-80GB, 81920`, memory in MiB. An index would be another GPU to CUDA than to this program. */
export function parseGpus(csv: string): readonly Gpu[] {
  return csv.split('\n').flatMap((line) => {
    const [id, model, mebibytes] = line.split(',').map((field) => field.trim());
    return id && model && mebibytes ? [{ id, model, memory: Number(mebibytes) * 2 ** 20, place: PLACE }] : [];
  });
}
