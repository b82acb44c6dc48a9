import { environmentDefinition } from '@ambit/core';
import type { AnyEnvironment, PlanSettings } from '@ambit/core';
import type { Executor, ImageBuilder, RunEvent, RunStore } from '@ambit/plugin-api';
import { memoryBuilder, memoryExecutor, memoryMachine, memoryObjects, memoryRuns, silentLogger, wallClock } from '@ambit/testkit';
import type { MemoryExecutor, MemoryTask } from '@ambit/testkit';
import { decodeValue, encodeArgs } from '@ambit/worker/values';
import { createEngine } from '../../src/index.ts';
import type { Engine, EngineParts, Planned, RunEventData, RunHandle, RunRequest, TypedRunEvent } from '../../src/index.ts';
import { testProject } from './test-project.ts';

export interface WorldOptions extends Partial<EngineParts> {
  readonly tasks?: Readonly<Record<string, MemoryTask>>;
  /** CPUs of the executor; without end where left out. */
  readonly cpu?: number;
  readonly memory?: number;
  readonly executor?: Executor;
  readonly builder?: ImageBuilder;
}

/** An engine over parts in memory. */
export class World {
  readonly engine: Engine;
  readonly executor: MemoryExecutor;
  readonly runs: RunStore;
  readonly parts: EngineParts;

  constructor(options: WorldOptions = {}) {
    const { tasks = {}, cpu, memory = 2 ** 40, executor, builder, ...parts } = options;
    const describe = cpu === undefined ? {} : { capacity: { cpu, memory, gpus: [] } };
    this.executor = memoryExecutor({ tasks, describe });
    this.runs = parts.runs ?? memoryRuns();
    this.parts = {
      builders: new Map([['host', builder ?? memoryBuilder()]]),
      executors: new Map([['local', executor ?? this.executor]]),
      objects: memoryObjects(),
      clock: wallClock(),
      log: silentLogger,
      machine: memoryMachine(),
      runtime: async () => ({
        digest: `sha256:${'0'.repeat(64)}`,
        locations: [{ kind: 'host-directory', machine: 'memory', path: '/runtime' }],
      }),
      readFiles: async () => ({ digest: `sha256:${'1'.repeat(64)}` }),
      ...parts,
      runs: this.runs,
    };
    this.engine = createEngine(this.parts);
  }

  plan(root: AnyEnvironment, task?: string): Promise<Planned> {
    const environment = environmentDefinition(root)!;
    const settings: PlanSettings = {
      platform: 'linux/amd64',
      builders: [...this.parts.builders.keys()],
      executors: [...this.parts.executors.keys()],
    };
    return this.engine.plan(testProject([root]), [{ environment, ...(task === undefined ? {} : { task }) }], settings, never());
  }

  /** Starts the task of this name of an environment. */
  async start(root: AnyEnvironment, task: string, args: readonly unknown[] = [], request: Partial<RunRequest> = {}): Promise<RunHandle> {
    const id = `${root.name}.${task}`;
    return this.engine.run(await this.plan(root, id), { task: id, args: encodeArgs(args), ...request });
  }

  async run(root: AnyEnvironment, task: string, args: readonly unknown[] = [], request: Partial<RunRequest> = {}): Promise<Ran> {
    const handle = await this.start(root, task, args, request);
    const outcome = await handle.outcome();
    return {
      handle,
      outcome,
      value: outcome.status === 'succeeded' ? decodeValue(outcome.value) : undefined,
      events: await this.events(handle.name),
    };
  }

  async events(run: string): Promise<readonly StoredEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of this.runs.read(run, {}, never())) events.push(event);
    return events as unknown as readonly StoredEvent[];
  }
}

export type StoredEvent = TypedRunEvent & { readonly seq: number; readonly at: string };

export interface Ran {
  readonly handle: RunHandle;
  readonly outcome: Awaited<ReturnType<RunHandle['outcome']>>;
  readonly value: unknown;
  readonly events: readonly StoredEvent[];
}

/** The data of all events of one type. */
export function ofType<T extends keyof RunEventData>(events: readonly StoredEvent[], type: T): readonly RunEventData[T][] {
  return events.filter((event) => event.type === type).map((event) => event.data as RunEventData[T]);
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** A promise that a test settles. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
