import type { WorkerRequest } from '@ambit/plugin-api';

export const LABELS = {
  owner: 'dev.ambit.owner',
  run: 'dev.ambit.run',
  worker: 'dev.ambit.worker',
  environment: 'dev.ambit.environment',
  runtime: 'dev.ambit.runtime',
} as const;

export function workerLabels({ owner, run, id, environment }: WorkerRequest): Readonly<Record<string, string>> {
  return { [LABELS.owner]: owner, [LABELS.run]: run, [LABELS.worker]: id, [LABELS.environment]: environment };
}

/** Names are unique on an engine, and so an id has one container. */
export function containerName(worker: string): string {
  return `ambit-${worker}`;
}
