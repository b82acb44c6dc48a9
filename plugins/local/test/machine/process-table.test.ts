import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive, processTable } from '../../src/machine/process-table.ts';
import { until } from '../executor/executor-place.ts';

const children: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** By files, and as on systems without them. */
describe.each(['linux', 'darwin'])('the processes, as seen on %s', (platform) => {
  const table = processTable(platform);

  it('are named by pid and start time, with parent and group, until they end', async () => {
    const child = spawn('sleep', ['1000'], { detached: true });
    children.push(child);
    const pid = child.pid!;
    const startTime = (await table.startTime(pid))!;
    expect(startTime).toBeTruthy();
    expect((await table.list()).find((each) => each.pid === pid)).toMatchObject({ parent: process.pid, group: pid, startTime });
    expect(await table.children(process.pid)).toContainEqual(expect.objectContaining({ pid, startTime }));
    expect(await isAlive(table, { pid, startTime: 'another' })).toBe(false);
    child.kill('SIGKILL');
    await until('it is gone', async () => !(await isAlive(table, { pid, startTime })));
  });

  it('do not count zombies', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(parent);
    const zombie = Number(await new Promise((resolve) => parent.stdout.once('data', (data) => resolve(String(data)))));
    await until('it is no process any more', async () => (await table.startTime(zombie)) === undefined);
    expect((await table.list()).some((each) => each.pid === zombie)).toBe(false);
  });
});
