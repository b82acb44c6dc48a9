import { constants } from 'node:os';
import type { Cause } from '@ambit/plugin-api';
import type { ContainerFacts, Containers } from '../daemon/containers.ts';

export interface ContainerEnd {
  readonly cause?: Cause;
  readonly exitCode?: number;
  readonly signal?: string;
}

const lastLines = 20;
const longest = 4000;

/** How a container ended, with the last that the worker in it said. */
export async function containerEnd(
  worker: string,
  facts: ContainerFacts,
  containers: Containers,
  signal: AbortSignal,
): Promise<ContainerEnd> {
  const said = await lastWords(facts.Id, containers, signal);
  return endOf(worker, facts, said);
}

export function endOf(worker: string, { Id, State }: ContainerFacts, said: string): ContainerEnd {
  const { ExitCode: exitCode, OOMKilled, Error: refused } = State;
  const name = signalOf(exitCode);
  // With the first version of cgroups this is said of any process that was ever killed for memory in it.
  const isOutOfMemory = OOMKilled && exitCode !== 0;
  const how = isOutOfMemory ? 'used up its memory' : name ? `was killed by ${name}` : `has ended with exit code ${exitCode}`;
  const last = (refused || said.split('\n').at(-1))?.replace(/\.$/, '');
  const cause: Cause = {
    failure: isOutOfMemory ? 'resources' : 'infrastructure',
    code: isOutOfMemory ? 'AMBIT_WORKER_OUT_OF_MEMORY' : 'AMBIT_WORKER_DIED',
    message: `The container ${short(Id)} of the worker ${worker} ${how}${last ? `: ${last}` : ''}.`,
    facts: { worker, container: Id, exitCode, ...(name ? { signal: name } : {}), ...(said ? { log: said } : {}) },
  };
  return { cause, ...(name ? { signal: name } : { exitCode }) };
}

export function removedCause(worker: string, container: string): Cause {
  return {
    failure: 'infrastructure',
    code: 'AMBIT_WORKER_DIED',
    message: `The container ${short(container)} of the worker ${worker} was removed.`,
    facts: { worker, container },
  };
}

/** As people know it. */
export function short(container: string): string {
  return container.slice(0, 12);
}

/** The first process tells a signal as 128 and its number. */
function signalOf(exitCode: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}

async function lastWords(container: string, containers: Containers, signal: AbortSignal): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await containers.logs(container, lastLines, signal)) chunks.push(chunk as Buffer);
    return withoutHeaders(Buffer.concat(chunks)).slice(-longest).trim();
  } catch {
    // It is removed, or its engine keeps no logs.
    return '';
  }
}

function withoutHeaders(frames: Buffer): string {
  let text = '';
  for (let at = 0; at + 8 <= frames.length;) {
    const end = at + 8 + frames.readUInt32BE(at + 4);
    text += frames.toString('utf8', at + 8, end);
    at = end;
  }
  return text;
}
