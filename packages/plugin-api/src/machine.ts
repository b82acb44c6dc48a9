/**
 * A machine on which layers can be realised as directories: this one, or a host behind an executor. All paths are paths
 * on that machine.
 */
export interface Machine {
  /** Stable: the machine's own id, else one kept in its state folder. */
  readonly id: string;
  /** Absolute. Where images and runtimes are kept; never below a project (Node would resolve from its `node_modules`). */
  readonly cacheDirectory: string;
  facts(signal: AbortSignal): Promise<MachineFacts>;
  /**
   * Runs a short command and returns its output whole. A command that cannot be started rejects with an error whose
   * `code` is `ENOENT` or `EACCES`; one that ends with a code other than 0 resolves. Aborting kills the command and
   * all that it started, and rejects. (Workers are started otherwise: detached, with private descriptors.)
   */
  run(command: readonly string[], options: MachineRunOptions): Promise<MachineRunResult>;
  /** A file that is not there: an error whose `code` is `ENOENT`. */
  read(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Written aside and renamed, parent folders made; mode 0600 unless given. */
  write(path: string, data: AsyncIterable<Uint8Array>, options: { mode?: number; signal: AbortSignal }): Promise<void>;
}

export interface MachineFacts {
  /** As in `process.platform`: `linux`, `darwin`. */
  readonly os: string;
  /** As in `process.arch`: `x64`, `arm64`. */
  readonly arch: string;
  /** `glibc`, `musl`, or `none` where there is no such thing. */
  readonly libc: string;
  readonly home: string;
  readonly node?: { readonly version: string; readonly abi: string };
  /** `tag` as in the names of wheels: `cp311`. Absent where nobody has asked yet: that takes a process. */
  readonly python?: { readonly version: string; readonly tag: string };
  /** Of the programs that Ambit knows how to use (`npm`, `python3`, `uv`, `unshare`, `setpriv`, `nvidia-smi`), those on the PATH. */
  readonly tools: readonly string[];
}

export interface MachineRunOptions {
  readonly cwd?: string;
  /** The whole environment of the command; the machine's own where left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** Called with each line as it comes, without its line end. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface MachineRunResult {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly signal?: string;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}
