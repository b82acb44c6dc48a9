import { bytesOf, messagesOf, numberOf, readMessage, textOf } from './protobuf.ts';

/** A piece of work of BuildKit: an instruction, or something of its own. */
export interface BuildVertex {
  readonly digest: string;
  /** `[2/5] RUN make`, `[internal] load metadata for …`. */
  readonly name: string;
  readonly isCached: boolean;
  readonly hasStarted: boolean;
  readonly hasCompleted: boolean;
  /** Empty where nothing is wrong. */
  readonly error: string;
}

/** What BuildKit tells while it works (`moby.buildkit.v1.StatusResponse`). */
export interface BuildStatus {
  readonly vertexes: readonly BuildVertex[];
  readonly progress: readonly { readonly vertex: string; readonly id: string; readonly current: number; readonly total: number }[];
  readonly logs: readonly { readonly vertex: string; readonly stream: 'stdout' | 'stderr'; readonly data: Buffer }[];
}

export function readStatus(aux: string): BuildStatus {
  const status = readMessage(Buffer.from(aux, 'base64'));
  return {
    vertexes: messagesOf(status, 1).map((vertex) => ({
      digest: textOf(vertex, 1),
      name: textOf(vertex, 3),
      isCached: numberOf(vertex, 4) === 1,
      hasStarted: vertex.has(5),
      hasCompleted: vertex.has(6),
      error: textOf(vertex, 7),
    })),
    progress: messagesOf(status, 2).map((each) => ({
      id: textOf(each, 1),
      vertex: textOf(each, 2),
      current: numberOf(each, 4),
      total: numberOf(each, 5),
    })),
    logs: messagesOf(status, 3).map((log) => ({
      vertex: textOf(log, 1),
      stream: numberOf(log, 3) === 2 ? 'stderr' : 'stdout',
      data: bytesOf(log, 4),
    })),
  };
}
