import type { Executor, Logger, PreflightFinding, WorkerRequest } from '@ambit/plugin-api';
import type { Planned } from '../engine.ts';
import { errorDocument } from '../record/error-document.ts';
import type { ErrorDocument } from '../record/events.ts';
import { environmentImage } from './environment-image.ts';
import { workerRequest } from './worker-request.ts';
import type { WorkerOwner } from './worker-request.ts';

export interface PreflightParts {
  readonly executors: ReadonlyMap<string, Executor>;
  readonly log: Logger;
  readonly owner: WorkerOwner;
}

/** Asks executors, before anything is built or started, what they have against the workers of a plan. Gives the first error. */
export async function preflight({ plan }: Planned, parts: PreflightParts, signal: AbortSignal): Promise<ErrorDocument | undefined> {
  const { executors, log, owner } = parts;
  const answers = await Promise.all(
    [...executors].map(async ([name, executor]): Promise<ErrorDocument | undefined> => {
      const environments = plan.environments.filter((environment) => environment.executor === name);
      const requests = environments.flatMap((environment): WorkerRequest[] => {
        const image = environmentImage(plan, environment);
        return image ? [workerRequest(environment, image.identity, owner)] : [];
      });
      if (requests.length === 0) return undefined;
      try {
        return firstError(await executor.preflight(requests, signal), name, log);
      } catch (error) {
        signal.throwIfAborted();
        return { failure: 'infrastructure', executor: name, ...errorDocument(error) };
      }
    }),
  );
  return answers.find((answer) => answer !== undefined);
}

function firstError(findings: readonly PreflightFinding[], executor: string, log: Logger): ErrorDocument | undefined {
  for (const { severity, ...finding } of findings) if (severity === 'warning') log.warn(finding.message, { executor, ...finding });
  const error = findings.find(({ severity }) => severity === 'error');
  if (!error) return undefined;
  const { code, message, hint, environment } = error;
  return { code, failure: 'configuration', message, hint, environment, executor };
}
