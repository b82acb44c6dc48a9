interface AnyLease {
  /** How much of it is wanted, above 0. */
  readonly units: number;
  /** Whose they are: unique for ever, such as the id of a worker. One holder has one lease of a name. */
  readonly holder: string;
  /** When they are free again, unless they are renewed. */
  readonly ttlMs: number;
}

/** Of units that are all the same: how much there is, in the name's own unit, such as bytes. */
export interface AmountLease extends AnyLease {
  readonly capacity: number;
  readonly ids?: undefined;
}

/** Of units that are not: those that would do, the most wanted first. `units` of them are granted. */
export interface NamedLease extends AnyLease {
  readonly ids: readonly string[];
  readonly capacity?: undefined;
}

export type LeaseOptions = AmountLease | NamedLease;

export type LeaseAnswer =
  | { readonly granted: true; readonly ids?: readonly string[] }
  /** How much of the capacity is free at this moment, or how many of the ids. */
  | { readonly granted: false; readonly free: number };

/**
 * What engines share: units of something of which there is only so much. By default `machine.db` of this user on this
 * machine; a team's in a database. An executor leases what others may lease too: `ID memory`, in bytes, and `ID gpus`, with
 * the ids of the GPUs, of the machine with this id.
 */
export interface SharedState {
  /**
   * All or nothing: never more than `capacity` together, and no id to two holders. A lease whose time is over is free for others. Who has a lease
   * of this name and asks again has it, whatever is asked for, with its end moved.
   */
  lease(name: string, options: LeaseOptions): Promise<LeaseAnswer>;
  /** Moves the end of all leases of a holder by their time to live, where nobody has taken them meanwhile. Others it makes not. */
  renew(holder: string): Promise<void>;
  /** Gives a lease back. Idempotent. */
  unlease(name: string, holder: string): Promise<void>;
  dispose(): Promise<void>;
}
