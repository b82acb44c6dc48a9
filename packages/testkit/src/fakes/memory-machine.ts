import type { Machine, MachineFacts, MachineRunOptions, MachineRunResult } from '@ambit/plugin-api';
import { MEMORY_MACHINE } from '../memory/memory-builder.ts';

export interface MemoryMachineOptions {
  readonly id?: string;
  readonly facts?: Partial<MachineFacts>;
  /** Answers commands; one that it does not answer is not found. */
  readonly run?: (command: readonly string[], options: MachineRunOptions) => Promise<Partial<MachineRunResult> | undefined>;
}

/** A machine whose files are a map, and whose programs are a function. */
export interface MemoryMachine extends Machine {
  readonly files: Map<string, Uint8Array>;
  /** What was run, in order. */
  readonly commands: readonly (readonly string[])[];
}

const facts: MachineFacts = { os: 'linux', arch: 'x64', libc: 'glibc', home: '/home/user', tools: [] };

export function memoryMachine(options: MemoryMachineOptions = {}): MemoryMachine {
  const files = new Map<string, Uint8Array>();
  const commands: (readonly string[])[] = [];
  return {
    id: options.id ?? MEMORY_MACHINE,
    cacheDirectory: '/cache/ambit',
    files,
    commands,
    facts: async () => ({ ...facts, ...options.facts }),
    async run(command, runOptions) {
      runOptions.signal.throwIfAborted();
      commands.push(command);
      const result = await options.run?.(command, runOptions);
      if (!result) throw notFound(`there is no program ${command[0] ?? ''}`);
      return { code: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), ...result };
    },
    async *read(path, signal) {
      signal.throwIfAborted();
      const data = files.get(path);
      if (!data) throw notFound(`there is no file ${path}`);
      yield data;
    },
    async write(path, data, { signal }) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of data) {
        signal.throwIfAborted();
        chunks.push(chunk);
      }
      files.set(path, Buffer.concat(chunks));
    },
  };
}

/** As the file system of a machine says it. */
function notFound(message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code: 'ENOENT' });
}
