import { AmbitError } from '@ambit/plugin-api';
import type { Executor, ExecutorDescription, ImageBuilder } from '@ambit/plugin-api';
import type { ComposedApp } from '../compose/create-app.ts';
import type { Check } from './check.ts';
import { gibibytes } from './gibibytes.ts';

/** What builders and executors say of themselves. */
export async function checkPlaces({ builders, executors }: ComposedApp, signal: AbortSignal): Promise<readonly Check[]> {
  const [built, run] = await Promise.all([
    Promise.all([...builders].map(([name, builder]) => checkBuilder(name, builder, signal))),
    Promise.all([...executors].map(([name, executor]) => checkExecutor(name, executor, signal))),
  ]);
  return [...built, ...run.flat()];
}

async function checkBuilder(name: string, builder: ImageBuilder, signal: AbortSignal): Promise<Check> {
  const about = `builder ${name}`;
  try {
    const { layers, platforms } = await builder.describe(signal);
    return { name: about, status: 'ok', message: `makes ${layers.join(', ')} layers for ${platforms.join(', ')}` };
  } catch (error) {
    return silent(about, error);
  }
}

async function checkExecutor(name: string, executor: Executor, signal: AbortSignal): Promise<readonly Check[]> {
  const about = `executor ${name}`;
  try {
    const description = await executor.describe(signal);
    return [{ name: about, status: 'ok', message: capacityOf(description) }, stopsOf(about, description)];
  } catch (error) {
    return [silent(about, error)];
  }
}

function capacityOf({ capacity, platforms }: ExecutorDescription): string {
  if (!capacity) return `as much as is asked for, ${platforms.join(', ')}`;
  const { cpu, memory, gpus } = capacity;
  const models = [...new Set(gpus.map(({ model }) => model))].join(', ');
  return `${cpu} CPUs, ${gibibytes(memory)} of memory, ${gpus.length === 0 ? 'no GPU' : `${gpus.length} GPUs (${models})`}, ${platforms.join(', ')}`;
}

function stopsOf(about: string, { stopProof }: ExecutorDescription): Check {
  const name = `${about}: stops`;
  if (stopProof.length > 0) return { name, status: 'ok', message: `proved by ${stopProof.join(', ')}` };
  const isLocal = about === 'executor local' && process.platform === 'linux';
  return {
    name,
    status: 'warning',
    message: 'cannot be proved: a cancelled task is stopped, and reported as unconfirmed',
    ...(isLocal && {
      hint: 'Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0.',
    }),
  };
}

function silent(name: string, error: unknown): Check {
  if (AmbitError.is(error)) return { name, status: 'error', message: error.message, hint: error.hint };
  return {
    name,
    status: 'error',
    message: `does not answer: ${(error as Error).message}`,
    hint: 'Look at what the configuration says of it.',
  };
}
