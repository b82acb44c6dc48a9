import { readProcess } from './list-processes.ts';
import type { RunnerProcess } from './runner-process.ts';

export interface MemoryWatchParts {
  /** The runner that is there now. */
  readonly process: () => Pick<RunnerProcess, 'pid' | 'tree' | 'memoryKills' | 'kill'> | undefined;
  readonly limit?: number;
  /** About once a second while an attempt runs. */
  readonly onUsage: (memory: number, peakMemory: number) => void;
}

const usageMs = 1000;
const limitMs = 50;
const glanceMs = 100;
/** Looking may take this share of the time at most: it costs more where there are many processes. */
const share = 1 / 20;

/** Sees how much memory attempts take, and ends one that takes more than it may. */
export class MemoryWatch {
  readonly #parts: MemoryWatchParts;
  #isOn = false;
  #peak = 0;
  #timer: NodeJS.Timeout | undefined;
  #told = 0;
  #killsBefore = 0;
  #glanced = { at: -Infinity, memory: 0 };

  constructor(parts: MemoryWatchParts) {
    this.#parts = parts;
  }

  begin(): void {
    this.#isOn = true;
    this.#peak = 0;
    this.#killsBefore = this.#parts.process()?.memoryKills ?? 0;
    if (!this.#timer) this.#schedule(0);
  }

  /** The most that was seen since `begin`. Of an attempt too short to have been looked at: what the runner itself has. */
  end(): number | undefined {
    if (!this.#isOn) return undefined;
    this.#isOn = false;
    const peak = this.#peak > 0 ? this.#peak : this.#glance();
    return peak > 0 ? peak : undefined;
  }

  /** Not for each of a thousand attempts a second. */
  #glance(): number {
    const pid = this.#parts.process()?.pid;
    const now = performance.now();
    if (pid !== undefined && now - this.#glanced.at > glanceMs && seesOwnIds()) {
      this.#glanced = { at: now, memory: readProcess(pid)?.memory ?? 0 };
    }
    return this.#glanced.memory;
  }

  #schedule(cost: number): void {
    const pace = this.#parts.limit === undefined ? usageMs : limitMs;
    this.#timer = setTimeout(() => this.#look(), Math.max(pace, cost / share)).unref();
  }

  /** Goes on over many short attempts, and stops where there is none. */
  #look(): void {
    this.#timer = undefined;
    if (!this.#isOn) return;
    const process = this.#parts.process();
    const begun = performance.now();
    const memory = process?.tree?.memory() ?? 0;
    this.#peak = Math.max(this.#peak, memory);
    const now = performance.now();
    if (now - this.#told > usageMs - limitMs) {
      this.#told = now;
      this.#parts.onUsage(memory, this.#peak);
    }
    this.#schedule(now - begun);
    const { limit } = this.#parts;
    // A process that the task started may be gone while its runner lives on.
    if (process && process.memoryKills > this.#killsBefore) void process.kill({ kind: 'container-memory' });
    else if (limit !== undefined && memory > limit) void process?.kill({ kind: 'memory', limit, peak: this.#peak });
  }
}

let ownIds: boolean | undefined;

/** Not where `/proc` is that of an outer pid namespace. */
function seesOwnIds(): boolean {
  ownIds ??= readProcess('self')?.pid === process.pid;
  return ownIds;
}
