import type { Digest, Json } from './json.ts';

/** What runs share: results and leases. By default `machine.db` of this user on this machine; a team's in a database. */
export interface SharedState {
  result(key: Digest): Promise<{ value: Json; run: string; action: string; at: string } | undefined>;
  /** Single flight: one holder works, the others wait or look again. A holder that dies loses it after the ttl. */
  claim(key: Digest, options: { holder: string; ttlMs: number }): Promise<{ claimed: true } | { claimed: false; holder: string }>;
  settle(key: Digest, holder: string, result?: { value: Json; run: string; action: string }): Promise<void>;
  /** Units of something that engines share (memory and GPUs of a machine, a named queue). All or nothing. */
  lease(
    name: string,
    options: { capacity: number; units: number; ids?: readonly string[]; holder: string; ttlMs: number },
  ): Promise<{ granted: true; ids?: readonly string[] } | { granted: false; free: number }>;
  renew(holder: string): Promise<void>;
  unlease(name: string, holder: string): Promise<void>;
  dispose(): Promise<void>;
}
