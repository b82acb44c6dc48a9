/** Times of a connection in milliseconds; both ends have the same ones but in tests. */
export interface Timings {
  /** Between two pings. */
  readonly ping: number;
  /** A connection on which nothing came for so long is dead. */
  readonly silence: number;
  /** How long a goodbye may take to be sent. */
  readonly close: number;
}

export const defaultTimings: Timings = { ping: 15_000, silence: 60_000, close: 5_000 };
