import { withoutPasswords } from '@ambit/plugin-api';
import type { BuildProgress, ProgressStep } from './build-progress.ts';
import { readStatus } from './build-status.ts';
import type { BuildStatus, BuildVertex } from './build-status.ts';
import { errorOf } from './engine-line.ts';
import type { EngineLine } from './engine-line.ts';
import { LogLines } from './log-lines.ts';

export interface WatchedInstruction extends ProgressStep {
  readonly keyword: string;
  readonly text: string;
  /** What was to be done, in full. */
  readonly command: string;
}

/** Why a Dockerfile could not be built. */
export interface BuildFailure {
  /** The engine's words. */
  readonly reason: string;
  readonly step?: number;
  readonly instruction?: WatchedInstruction;
  /** Of a Dockerfile of the user, where none of its instructions is to blame alone. */
  readonly layer?: number;
  readonly exitCode?: number;
  /** The last lines of the step; empty where it wrote nothing. */
  readonly log: string;
}

interface Work {
  readonly instruction: WatchedInstruction;
  step?: number;
  readonly log: string[];
  readonly streams: Readonly<Record<'stdout' | 'stderr', LogLines>>;
}

const keptLines = 200;
/** Instructions for which BuildKit has something to do; the others only describe the image. */
const working = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/** Makes steps and log lines of what BuildKit tells of one Dockerfile. */
export class BuildWatch {
  readonly #progress: BuildProgress;
  readonly #left: WatchedInstruction[];
  readonly #works = new Map<string, Work>();
  #failed: { readonly work: Work | undefined; readonly error: string } | undefined;
  #reason: string | undefined;
  #imageId: string | undefined;

  constructor(instructions: readonly WatchedInstruction[], progress: BuildProgress) {
    this.#left = [...instructions];
    this.#progress = progress;
  }

  get imageId(): string | undefined {
    return this.#imageId;
  }

  take(line: EngineLine): void {
    if (line.id === 'moby.buildkit.trace' && typeof line.aux === 'string') this.#status(readStatus(line.aux));
    else if (line.id === 'moby.image.id') this.#imageId = (line.aux as { readonly ID?: string } | undefined)?.ID;
    this.#reason ??= errorOf(line);
  }

  /** Instructions that were not told had nothing to do. */
  end(): void {
    for (const instruction of this.#left.splice(0)) this.#progress.step(instruction, true);
  }

  get failure(): BuildFailure | undefined {
    if (this.#reason === undefined) return undefined;
    const { work, error } = this.#failed ?? {};
    const reason = error ?? this.#reason;
    const code = / exit code: (\d+)/.exec(reason)?.[1];
    return {
      reason,
      ...(work && { instruction: work.instruction }),
      ...(work?.step !== undefined && { step: work.step }),
      ...(code !== undefined && { exitCode: Number(code) }),
      log: (work?.log ?? []).join('\n'),
    };
  }

  #status({ vertexes, logs }: BuildStatus): void {
    for (const vertex of vertexes) this.#vertex(vertex);
    for (const { vertex, stream, data } of logs) {
      const work = this.#works.get(vertex);
      if (!work) continue;
      this.#tell(work, false);
      work.streams[stream].write(data);
    }
  }

  #vertex(vertex: BuildVertex): void {
    if (!vertex.hasStarted) return;
    const work = this.#works.get(vertex.digest) ?? this.#begun(vertex);
    if (vertex.error !== '' && !/context canceled/.test(vertex.error)) {
      if (work) this.#tell(work, false);
      this.#failed ??= { work, error: vertex.error };
    }
    if (!work) return;
    // What is copied has begun before it is known whether it was copied already.
    if (vertex.hasCompleted || work.instruction.keyword === 'RUN') this.#tell(work, vertex.isCached);
    if (vertex.hasCompleted) for (const lines of Object.values(work.streams)) lines.end();
  }

  #begun({ digest, name }: BuildVertex): Work | undefined {
    const text = /^\[(?:[^\]]*\s)?\d+\/\d+\]\s+(.*)$/s.exec(name)?.[1];
    const keyword = text && /^\S+/.exec(text)?.[0].toUpperCase();
    if (!text || !keyword || !working.has(keyword)) return undefined;
    const same = this.#left.filter((each) => each.keyword === keyword);
    const instruction = same.find((each) => plain(each.text) === plain(text)) ?? same[0];
    if (!instruction) return undefined;
    this.#passOver(instruction);
    const log: string[] = [];
    const lines = (stream: 'stdout' | 'stderr'): LogLines =>
      new LogLines((written) => {
        const line = withoutPasswords(written);
        log.push(line);
        if (log.length > keptLines) log.shift();
        this.#progress.log(work.step ?? 1, stream, line);
      });
    const work: Work = { instruction, log, streams: { stdout: lines('stdout'), stderr: lines('stderr') } };
    this.#works.set(digest, work);
    return work;
  }

  /** Takes it off the list, and tells those before it that only describe the image. */
  #passOver(instruction: WatchedInstruction): void {
    const at = this.#left.indexOf(instruction);
    const before = this.#left.slice(0, at).filter(({ keyword }) => !working.has(keyword));
    for (const each of before) this.#progress.step(each, true);
    const told = new Set([...before, instruction]);
    this.#left.splice(0, this.#left.length, ...this.#left.filter((each) => !told.has(each)));
  }

  #tell(work: Work, cached: boolean): void {
    work.step ??= this.#progress.step(work.instruction, cached);
  }
}

function plain(text: string): string {
  return text.replace(/\\\n/g, ' ').replace(/\s+/g, ' ').trim();
}
