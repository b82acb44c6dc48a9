import type { ImageBuilder } from './builder.ts';
import type { Executor } from './executor.ts';
import type { Logger } from './logger.ts';
import type { Machine } from './machine.ts';
import type { ObjectStore } from './object-store.ts';
import type { RunStore } from './run-store.ts';
import type { SecretSource } from './secret-source.ts';
import type { SharedState } from './shared-state.ts';
import type { StandardSchemaV1 } from './standard-schema.ts';

/**
 * What a plugin package's factory returns: a plain object that offers one role or several. Factories open nothing; the
 * first I/O of a role is in `describe` or later. `docker()` may stand under `builders` and `executors` alike.
 */
export interface Plugin {
  /** Stable name of the implementation (`docker`, `ssh`). The instance's name is its key in the configuration. */
  readonly type: string;
  readonly apiVersion: 1;
  /** Version of the reservations and handles this plugin stores. Older ones are offered to `find` and `stop` as they are. */
  readonly stateVersion?: number;
  /**
   * Of what an environment may give this plugin's executor (`options` of its placement): the plan is refused where it has issues.
   * Left out: it takes no options, and any is refused by name. The factory checks its own options itself.
   */
  readonly optionsSchema?: StandardSchemaV1;
  readonly builder?: (host: PluginHost) => ImageBuilder;
  readonly executor?: (host: PluginHost) => Executor;
  readonly runs?: (host: PluginHost) => RunStore;
  readonly shared?: (host: Omit<PluginHost, 'shared'>) => SharedState;
  readonly objects?: (host: PluginHost) => ObjectStore;
  readonly secrets?: (host: PluginHost) => SecretSource;
}

/** What the host lends a plugin, so that it can be tested with fakes and never reaches for globals. */
export interface PluginHost {
  /** The name under which the configuration knows this instance. */
  readonly instance: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** This machine. */
  readonly machine: Machine;
  /** A folder of this instance's own that survives runs. It may not exist yet. */
  readonly stateDirectory: string;
  /** What engines share of this machine. Opened when it is first asked for something. */
  readonly shared: SharedState;
  /** The value of a secret named in this plugin's own configuration (registry password, key). Never logged. */
  secret(name: string): Promise<string>;
}

export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Returns its argument: it only checks the shape and keeps the exact type. */
export function definePlugin<const P extends Plugin>(plugin: P): P {
  return plugin;
}
