import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { root } from '../sources.mjs';

const ambit = join(root, 'packages/ambit/bin/ambit.js');

/** The result of a task of `loads.ts`, and the most memory that its engine held (undefined where the system does not say). */
export function engineRun(task, ...flags) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ambit, 'run', join(root, 'tools/bench/loads.ts'), task, ...flags, '-q'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let peak;
    const watch = setInterval(() => (peak = peakMemory(child.pid) ?? peak), 50);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part) => (text += part));
    child.on('close', (code) => {
      clearInterval(watch);
      if (code === 0) resolve({ result: JSON.parse(text), peak });
      else reject(new Error(`${task} ended with ${code}`));
    });
  });
}

function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024 || undefined;
  } catch {
    return undefined;
  }
}
