// What an image that copies a folder of 10,000 files adds to its plan.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../sources.mjs';
import { timeCommand } from './processes.mjs';
import { interleaved, report } from './samples.mjs';

const ambit = join(root, 'packages/ambit/bin/ambit.js');
const containers = join(root, 'tools/bench/containers.ts');

export async function folder() {
  const home = mkdtempSync(join(tmpdir(), 'ambit-bench-folder-'));
  let caches = 0;
  try {
    const files = join(home, 'files');
    writeFiles(files, 10_000);
    const plan = (target, cache) => {
      const env = { ...process.env, AMBIT_BENCH_FOLDER: files, AMBIT_CACHE: join(home, cache) };
      return timeCommand(process.execPath, [ambit, 'plan', containers, target], { env });
    };
    const times = await interleaved(5, {
      bareCold: () => plan('bare_env', `bare-${(caches += 1)}`),
      cold: () => plan('folder_env', `folder-${caches}`),
      bare: () => plan('bare_env', 'kept'),
      unchanged: () => plan('folder_env', 'kept'),
    });
    const beyond = (values, without) => values.map((value, i) => value - without[i]);
    report('10,000 files read and summed, in a plan', beyond(times.cold, times.bareCold), { goal: '<= 1,000 ms' });
    report('10,000 files unchanged, in a plan', beyond(times.unchanged, times.bare), { goal: '<= 150 ms' });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A hundred in each folder, of a few kilobytes. */
function writeFiles(home, count) {
  for (let i = 0; i < count; i += 1) {
    const below = join(home, String(Math.floor(i / 100)));
    if (i % 100 === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `${i}.txt`), `${i} `.repeat(500));
  }
}
