import type { Machine } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import { patient } from '../clauses/expect.ts';

/** Ends all processes of a worker at once, as a crash does. They are known by the specification that their supervisor reads. */
export async function killWorker(machine: Machine, id: string): Promise<void> {
  const pids = await pidsWith(machine, 'environ', id);
  if (pids.length === 0)
    throw cannotCheck(`no process of the worker is seen on this machine, so that it cannot be killed from outside: ${id}`);
  await machine.run(['sh', '-c', 'kill -KILL "$@" 2>/dev/null', 'sh', ...pids], { signal: patient() });
}

export async function processLives(machine: Machine, argument: string): Promise<boolean> {
  return (await pidsWith(machine, 'cmdline', argument)).length > 0;
}

/** The same, where those of others cannot be looked into: not seen. */
export async function processSeen(machine: Machine, argument: string): Promise<boolean> {
  const { os } = await machine.facts(patient());
  return os === 'linux' && processLives(machine, argument);
}

/** What is looked for has letters, digits and dashes. It is written so that those who look do not find themselves. */
async function pidsWith(machine: Machine, where: 'environ' | 'cmdline', text: string): Promise<readonly string[]> {
  const { os } = await machine.facts(patient());
  if (os !== 'linux') throw cannotCheck(`processes of others cannot be looked into on ${os}`);
  const pattern = `[${text.slice(0, 1)}]${text.slice(1)}`;
  const command = ['sh', '-c', `grep -lsa -e "$1" /proc/[0-9]*/${where}`, 'sh', pattern];
  const { stdout } = await machine.run(command, { signal: patient() });
  const paths = Buffer.from(stdout).toString().split('\n');
  return paths.flatMap((path) => path.split('/')[2] ?? []);
}
