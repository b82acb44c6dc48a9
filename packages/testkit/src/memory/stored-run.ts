import type { Json, LogChunk, NewRunEvent, RunEvent, RunSummary } from '@ambit/plugin-api';

interface Lease {
  readonly epoch: number;
  readonly holder?: string;
  readonly ttlMs: number;
  readonly until: number;
}

export interface StoredRequest {
  readonly id: string;
  readonly type: string;
  readonly data: Json;
}

/** One run in memory: what a run's file holds. */
export class StoredRun {
  readonly name: string;
  readonly task: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly startedAt: string;
  readonly events: RunEvent[] = [];
  readonly logs: LogChunk[] = [];
  readonly requests: StoredRequest[] = [];
  lease: Lease = { epoch: 0, ttlMs: 0, until: 0 };
  #requested = 0;

  constructor(name: string, data: Json) {
    const {
      task = '',
      tags = {},
      startedAt = new Date().toISOString(),
    } = data as {
      task?: string;
      tags?: Record<string, string>;
      startedAt?: string;
    };
    this.name = name;
    this.task = task;
    this.tags = { ...tags };
    this.startedAt = startedAt;
  }

  get ended(): RunEvent | undefined {
    return this.events.findLast((event) => event.type === 'run.ended');
  }

  owns(epoch: number): boolean {
    return this.lease.holder !== undefined && this.lease.epoch === epoch;
  }

  append(events: readonly NewRunEvent[]): number {
    const first = this.events.length + 1;
    const stored = events.map((event, index): RunEvent => ({
      seq: first + index,
      at: event.at,
      type: event.type,
      data: copyOf(event.data),
    }));
    this.events.push(...stored);
    return this.events.length;
  }

  request(type: string, data: Json): void {
    this.requests.push({ id: String(++this.#requested), type, data: copyOf(data) });
  }

  summary(now: number): RunSummary {
    const { ended, lease } = this;
    const alive = lease.holder !== undefined && lease.until > now;
    const status = ended ? (ended.data as { status: string }).status : alive ? 'running' : 'interrupted';
    return {
      run: this.name,
      task: this.task,
      tags: this.tags,
      status,
      startedAt: this.startedAt,
      ...(ended ? { endedAt: ended.at } : {}),
      ...(alive && lease.holder !== undefined ? { holder: lease.holder } : {}),
    };
  }
}

/** What is stored is text: later changes of the caller's object do not reach it. */
function copyOf(data: Json): Json {
  return JSON.parse(JSON.stringify(data)) as Json;
}
