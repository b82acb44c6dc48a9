import { AmbitError } from '@ambit/plugin-api';
import { DaemonRefusal } from '../daemon/daemon-refusal.ts';

export function workerGone(worker: string, why: string): AmbitError {
  return new AmbitError('AMBIT_WORKER_GONE', why, { hint: 'Start another worker for what it was to do.', facts: { worker } });
}

export function workerStopped(worker: string): AmbitError {
  const hint = 'Ask for a worker with a new id.';
  return new AmbitError('AMBIT_WORKER_STOPPED', `The worker ${worker} was stopped and does not start again.`, { hint, facts: { worker } });
}

export function reservationExpired(worker: string): AmbitError {
  const message = `The reservation of the worker ${worker} is not there any more.`;
  return new AmbitError('AMBIT_RESERVATION_EXPIRED', message, { hint: 'Reserve again.', facts: { worker } });
}

export function notStopped(worker: string): AmbitError {
  const message = `The worker ${worker} was not stopped, so it is not released.`;
  return new AmbitError('AMBIT_WORKER_NOT_STOPPED', message, { hint: 'Stop it first.', facts: { worker } });
}

/** An engine's refusal to make or start a container, in its own words. What is wrong with the request is wrong the next time too. */
export function notStarted(worker: string, cause: unknown): unknown {
  if (!(cause instanceof DaemonRefusal)) return cause;
  const { status, reason: why } = cause;
  const isFull = isNoSpace(why);
  const isOurs =
    !isFull && (status === 400 || /network .* not found|invalid|unknown|not supported|no matching entries in passwd/i.test(why));
  const hint = isFull ? 'Free some space on the disk of the engine: docker system df says what takes it.' : 'Correct what the engine says.';
  return new AmbitError('AMBIT_WORKER_NOT_STARTED', `The container of the worker ${worker} could not be started: ${why}.`, {
    hint,
    facts: { worker, status, ...(isOurs ? { failure: 'configuration' } : {}) },
    cause,
  });
}

export function isNoSpace(message: string): boolean {
  return /no space left on device/i.test(message);
}
