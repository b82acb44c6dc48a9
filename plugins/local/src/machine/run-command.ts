import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import type { MachineRunOptions, MachineRunResult } from '@ambit/plugin-api';
import { processTable } from './process-table.ts';
import { killAll, processTree, sendSignal } from './process-tree.ts';

/** Runs a command of this machine in a process group of its own; its output is returned whole. */
export async function runCommand(
  command: readonly string[],
  options: MachineRunOptions & { env: Readonly<Record<string, string>> },
): Promise<MachineRunResult> {
  const { signal } = options;
  signal.throwIfAborted();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.env },
    detached: true,
    stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  const killed = { done: Promise.resolve() };
  const kill = (): void => {
    killed.done = killTree(child);
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    const output = { stdout: collect(child, 'stdout', options.onLine), stderr: collect(child, 'stderr', options.onLine) };
    // A program that does not read its input to the end is no error.
    if (options.stdin && child.stdin) void pipeline(options.stdin, child.stdin).catch(() => undefined);
    const { code, signal: by } = await ended;
    await killed.done;
    signal.throwIfAborted();
    return { code, ...(by ? { signal: by } : {}), stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr) };
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** Its tree is read before the first is killed: what is orphaned is no descendant any more. */
async function killTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const table = processTable();
  const tree = await processTree(table, child.pid);
  sendSignal(-child.pid, 'SIGKILL');
  await killAll(table, tree);
  // What escaped may hold the pipes for ever.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr', onLine: MachineRunOptions['onLine']): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const decoder = new StringDecoder('utf8');
  let rest = '';
  child[stream]?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (!onLine) return;
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, stream);
  });
  child[stream]?.on('end', () => {
    const last = rest + decoder.end();
    if (last && onLine) onLine(last, stream);
  });
  return chunks;
}
