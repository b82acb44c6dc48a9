import { randomUUID } from 'node:crypto';
import { AmbitError } from '@ambit/plugin-api';
import type { Placement } from '@ambit/plugin-api';
import { buildImages } from './build/build-images.ts';
import type { Engine, EngineParts, Planned } from './engine.ts';
import { cancelLeftRun } from './execute/cancel-left-run.ts';
import type { RunDriver, RunDriverParts } from './execute/run-driver.ts';
import { startRun } from './execute/start-run.ts';
import { Descriptions } from './plan/descriptions.ts';
import { planStatus } from './plan/plan-status.ts';
import { planTargets } from './plan/plan-targets.ts';

/** An engine over these parts. It opens nothing and owns none of them. */
export function createEngine(parts: EngineParts): Engine {
  const descriptions = new Descriptions(parts);
  const ending = new AbortController();
  const runs = new Set<RunDriver>();
  const holder = `engine-${randomUUID()}`;
  const runtime = broughtRuntimes(parts, descriptions, ending.signal);
  return {
    plan: (project, targets, settings, signal) => planTargets({ ...parts, descriptions }, { project, targets, settings }, signal),
    status: ({ plan }, signal) => planStatus(plan.images, { ...parts, descriptions }, signal),
    build: async (planned, options, signal) => {
      refuseInvalid(planned);
      return buildImages({ engine: parts, descriptions }, planned, options, AbortSignal.any([signal, ending.signal]));
    },
    run: async (planned, request) => {
      ending.signal.throwIfAborted();
      refuseInvalid(planned);
      const driver = await startRun({ engine: parts, descriptions, runtime, holder }, planned, request, ending.signal);
      runs.add(driver);
      void driver.closed.then(() => runs.delete(driver));
      return driver;
    },
    cancelLeft: (run, reason, signal) => cancelLeftRun({ ...parts, holder }, run, reason, signal),
    dispose: async () => {
      for (const driver of runs) driver.cancel('the engine is closed').catch(() => undefined);
      await Promise.all([...runs].map(({ closed }) => closed));
      ending.abort(new DOMException('The engine is closed.', 'AbortError'));
    },
  };
}

/** Each kind is brought once; one that could not be is asked for again. */
function broughtRuntimes(parts: EngineParts, descriptions: Descriptions, signal: AbortSignal): RunDriverParts['runtime'] {
  const brought = new Map<string, Promise<Placement['runtime']>>();
  return async (executor, platform) => {
    const [kind = 'directory'] = (await descriptions.executor(executor, signal)).runtime;
    const key = `${kind} ${platform}`;
    const runtime = brought.get(key) ?? parts.runtime({ kind, platform }, signal);
    brought.set(key, runtime);
    runtime.catch(() => brought.delete(key));
    return runtime;
  };
}

function refuseInvalid({ plan }: Planned): void {
  const errors = plan.diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return;
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  throw new AmbitError('AMBIT_PLAN_INVALID', `The plan has an error, so nothing is done: ${first.message}${more}`, {
    hint: first.hint,
    facts: { errors: errors.map(({ code, message }) => ({ code, message })) },
  });
}
