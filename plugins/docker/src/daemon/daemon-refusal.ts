/** The engine answered, and not with a success: `404`, "No such container". */
export class DaemonRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'DaemonRefusal';
    this.status = status;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof DaemonRefusal && error.status === 404;
}
