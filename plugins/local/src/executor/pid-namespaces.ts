import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '@ambit/plugin-api';
import { findProgram } from '../machine/find-program.ts';
import { oncePerBoot } from './boot.ts';

const file = 'pid-namespaces.json';
const pids = ['--pid', '--fork', '--kill-child'];
const mapped = ['--user', '--map-current-user', ...pids];

/**
 * Words before a supervisor's own that give it a pid namespace; empty where this machine allows none. `sh` is the first
 * process in it: Node would leave orphans as zombies. Without `--mount-proc`, which some containers refuse, `/proc` shows
 * the outer ids and the rest is the same. Root needs no user namespace where it may do without, and would lose its rights to the files of others in one.
 */
export async function namespaceCommand(machine: Machine, stateDirectory: string, path: string | undefined): Promise<readonly string[]> {
  const unshare = process.platform === 'linux' ? findProgram('unshare', path) : undefined;
  if (!unshare) return [];
  const isRoot = process.getuid?.() === 0;
  const ways = (isRoot ? [pids, mapped] : [mapped]).flatMap((flags) => [[...flags, '--mount-proc'], flags]);
  const commands = ways.map((flags) => [unshare, ...flags, 'sh', '-c', '"$@"; exit $?', 'sh']);
  const ask = async (): Promise<readonly string[]> => {
    for (const command of commands) if (await works(machine, command)) return command;
    return [];
  };
  return oncePerBoot(stateDirectory, { file, key: `${unshare} ${isRoot ? 'root' : ''}`, ask });
}

/** What was allowed is refused now: it is asked anew next time. */
export function forgetNamespaces(stateDirectory: string): void {
  rmSync(join(stateDirectory, file), { force: true });
}

async function works(machine: Machine, command: readonly string[]): Promise<boolean> {
  const { code } = await machine.run([...command, 'true'], { signal: AbortSignal.timeout(10_000) });
  return code === 0;
}
