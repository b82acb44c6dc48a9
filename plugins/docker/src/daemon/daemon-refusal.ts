import { AmbitError } from '@ambit/plugin-api';

/** The engine answered, and not with a success: `404`, "No such container". */
export class DaemonRefusal extends AmbitError {
  readonly status: number;
  /** The engine's own words. */
  readonly reason: string;

  constructor(status: number, reason: string) {
    const isMute = reason.trim() === '';
    super('AMBIT_DOCKER_REFUSED', `The Docker engine refuses: ${isMute ? 'it does not say why' : reason} (status ${status}).`, {
      hint: isMute
        ? 'See whether it is a Docker engine that answers there: DOCKER_HOST, or `host` of docker().'
        : 'Mend what it says, then try again.',
      facts: { status, reason },
    });
    this.status = status;
    this.reason = reason;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof DaemonRefusal && error.status === 404;
}
