import { AmbitError, WORKER_VARIABLE } from '@ambit/plugin-api';
import type { WorkerSpec } from '@ambit/plugin-api';
import { acceptEngine } from '../protocol/accept-engine.ts';
import { claimOnlyStart } from './only-start.ts';
import { Supervisor } from './supervisor.ts';

const logLimit = 64 * 2 ** 20;

const supervisor = open();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void supervisor.end('it was asked to end'));
process.on('SIGHUP', () => undefined);
process.on('uncaughtException', (error) => {
  console.error(error);
  void supervisor.end(`it failed: ${error.message}`, 70);
});
supervisor.start();

/** What it cannot begin with is said in one line: it stands where an executor looks for the cause of an end. */
function open(): Supervisor {
  try {
    return new Supervisor({
      spec: takeSpec(),
      accept: acceptEngine,
      runtimeDirectory: import.meta.dirname,
      path: process.env['PATH'],
      logLimit,
      exit: (code) => process.exit(code),
    });
  } catch (error) {
    console.error(AmbitError.is(error) ? `${error.code}: ${error.message}` : String(error));
    return process.exit(1);
  }
}

/** What this worker is; nobody else finds it in the environment. */
function takeSpec(): WorkerSpec {
  const text = process.env[WORKER_VARIABLE];
  delete process.env[WORKER_VARIABLE];
  if (text !== undefined) return inPlace(JSON.parse(text) as WorkerSpec);
  throw new AmbitError('AMBIT_WORKER_SPEC', `A supervisor was started without the variable ${WORKER_VARIABLE}.`, {
    hint: 'Start workers with workerCommand of @ambit/plugin-api.',
  });
}

/** A container's variables are known to nobody outside it, and it may be started by whoever likes. */
function inPlace(spec: WorkerSpec): WorkerSpec {
  if (!spec.container) return spec;
  claimOnlyStart(spec.workDirectory);
  const own = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return { ...spec, machineEnv: { ...own, ...spec.machineEnv } };
}
