import type { Executor, Plugin, Reservation, SecretSource, WorkerRequest } from '@ambit/plugin-api';
import { behaviourSecrets } from '@ambit/testkit';
import type { AnyConfig } from '../../src/config/config.ts';
import { changedExecutor } from './changed-executor.ts';

type Has<Role extends keyof Plugin> = Plugin & Required<Pick<Plugin, Role>>;

export interface PlaceParts {
  readonly executor: Has<'executor'>;
  /** With what images are made; `host` where left out. */
  readonly builder?: Has<'builder'>;
}

/** The profile under which results wait for as many milliseconds as this variable says. */
export const briefProfile = { name: 'brief', variable: 'BEHAVIOUR_TTL_MS' } as const;

/** The configuration under which the clauses of behaviour run on a place: the executor twice, as it is and with little patience. */
export function behaviourConfig({ executor, builder }: PlaceParts): AnyConfig {
  return {
    executors: { place: executor, brief: { ...executor, executor: (host) => impatient(executor.executor(host)) } },
    ...(builder && { builders: { image: builder } }),
    builder: builder ? 'image' : 'host',
    executor: 'place',
    secrets: [{ type: 'behaviour-secrets', apiVersion: 1, secrets }],
    profiles: { [briefProfile.name]: { executor: 'brief' } },
  };
}

function secrets(): SecretSource {
  return {
    name: 'the clauses of behaviour',
    has: async (name) => name in behaviourSecrets,
    get: async (name) => behaviourSecrets[name],
    dispose: async () => undefined,
  };
}

/** The same place, whose workers wait for somebody who wants their results as long as they are told. */
function impatient(executor: Executor): Executor {
  const brief = (request: WorkerRequest): WorkerRequest => ({ ...request, resultTtlMs: Number(process.env[briefProfile.variable]) });
  const held = (reservation: Reservation): Reservation => ({ ...reservation, request: brief(reservation.request) });
  return changedExecutor(executor, {
    reserve: (request, ...rest) => executor.reserve(brief(request), ...rest),
    start: (reservation, ...rest) => executor.start(held(reservation), ...rest),
  });
}
