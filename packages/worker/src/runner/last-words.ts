import type { WireError } from '../protocol/messages.ts';
import { encodeError } from '../values/encode-error.ts';
import { messageOf } from './failed-outcome.ts';
import type { RunnerChannel } from './runner-channel.ts';

const unhandledCode = 70;

export interface Rejections {
  /** Whether the rejection is of a call of a task: that is the attempt's own affair. */
  rejected(reason: unknown, promise: Promise<unknown>): boolean;
  handled(promise: Promise<unknown>): void;
}

/** However this process ends by itself, the supervisor is told why. */
export function sayLastWords(channel: RunnerChannel, rejections: Rejections): void {
  let said = false;
  const say = (code: `AMBIT_${string}`, message: string, error?: WireError): void => {
    if (said) return;
    said = true;
    channel.send({ type: 'dying', code, message, ...(error ? { error } : {}) });
    channel.flush();
  };
  const die = (what: string, thrown: unknown): void => {
    const error = encodeError(thrown);
    say('AMBIT_TASK_UNHANDLED', `${what}: ${messageOf(error)}`, error);
    process.exit(unhandledCode);
  };
  process.on('uncaughtException', (error) => die('An error was thrown outside of all that the task awaits', error));
  process.on('unhandledRejection', (reason, promise) => {
    if (!rejections.rejected(reason, promise)) die('A promise was rejected and nothing handled that', reason);
  });
  process.on('rejectionHandled', (promise) => rejections.handled(promise));
  process.on('exit', (code) =>
    say('AMBIT_TASK_EXITED', `The task ended its process with process.exit(${code}). A task ends by returning or throwing.`),
  );
}
