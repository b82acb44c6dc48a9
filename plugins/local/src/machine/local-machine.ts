import { createReadStream } from 'node:fs';
import type { Machine, MachineFacts } from '@ambit/plugin-api';
import { machineEnvironment } from './machine-environment.ts';
import { machineFacts } from './machine-facts.ts';
import { machineId } from './machine-id.ts';
import { runCommand } from './run-command.ts';
import { writeStream } from './write-file.ts';

export interface LocalMachineOptions {
  /** Absolute. Where images, runtimes and work folders are kept. */
  readonly cacheDirectory: string;
  /** Absolute. Where an id is kept for a machine that has none. */
  readonly stateDirectory: string;
  /** The environment of commands; this process's own where left out. */
  readonly env?: NodeJS.ProcessEnv;
}

/** This machine. Opens nothing; its id is read when it is first asked for. */
export function localMachine(options: LocalMachineOptions): Machine {
  let id: string | undefined;
  let env: Readonly<Record<string, string>> | undefined;
  let facts: MachineFacts | undefined;
  const environment = (): Readonly<Record<string, string>> => (env ??= machineEnvironment(options.env));
  return {
    get id() {
      return (id ??= machineId(options.stateDirectory));
    },
    cacheDirectory: options.cacheDirectory,
    facts: async () => (facts ??= machineFacts(environment())),
    run: (command, runOptions) => runCommand(command, { ...runOptions, env: runOptions.env ?? environment() }),
    // A signal of its own for each: Node warns of a leak where many streams listen to one.
    read: (path, signal) => createReadStream(path, { signal: AbortSignal.any([signal]) }),
    write: (path, data, { mode = 0o600, signal }) => writeStream(path, data, { mode, signal }),
  };
}
