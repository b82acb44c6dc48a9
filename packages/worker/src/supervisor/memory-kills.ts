import { readFileSync } from 'node:fs';

/** Of the second version of cgroups and of the first, as a container sees its own. */
const files = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];

/** How many processes of this container the kernel has ended for want of memory so far. */
export function memoryKills(): number {
  for (const file of files) {
    try {
      return Number(/^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
    } catch {
      continue;
    }
  }
  return 0;
}
