// Builds of af2's three images: nothing to do, and everything to do.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../sources.mjs';
import { timeCommand } from './processes.mjs';
import { interleaved, report } from './samples.mjs';

const node = process.execPath;
const ambit = join(root, 'packages/ambit/bin/ambit.js');
const af2 = join(root, 'examples/af2');
const run = [ambit, 'run', 'main.ts', 'main', '--sequence', 'AAGGTTCCAA'];

export async function builds() {
  const build = [ambit, 'build', 'main.ts', 'main'];
  timeCommand(node, build, { cwd: af2 });
  const times = await interleaved(9, {
    start: () => timeCommand(node, [ambit, '--version']),
    build: () => timeCommand(node, build, { cwd: af2 }),
  });
  report('ambit --version', times.start);
  report('ambit build of three images that are there', times.build, {
    baseline: { name: 'ambit --version', values: times.start },
    goal: '<= 150 ms beyond it',
  });
}

export async function cold() {
  timeCommand(node, run, { cwd: af2 });
  const times = await interleaved(3, {
    installs: () => inFolder((folder) => Promise.all(wantedSpecs().map((specs, i) => install(join(folder, String(i)), specs)))),
    cached: () => timeCommand(node, run, { cwd: af2 }),
    cold: () => inFolder((folder) => timeCommand(node, run, { cwd: af2, env: { ...process.env, AMBIT_CACHE: folder } })),
  });
  const byHand = times.installs.map((time, i) => time + times.cached[i]);
  report('npm install of the same, in parallel', times.installs);
  report('af2 from a cold cache', times.cold, { baseline: { name: 'these and the cached run', values: byHand }, goal: 'ratio <= 1.3' });
}

/** The packages of each image of the plan. */
function wantedSpecs() {
  const { stdout } = spawnSync(node, [ambit, 'plan', 'main.ts', 'main', '--json'], { cwd: af2, encoding: 'utf8' });
  return JSON.parse(stdout).images.map(({ layers }) =>
    layers.flatMap(({ summary }) => summary.split(/[ ,]+/)).filter((word) => word.includes('@')),
  );
}

function install(folder, specs) {
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', ...specs];
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { stdio: 'ignore' });
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`npm install of ${specs.join(' ')} ended with ${code}`))));
  });
}

async function inFolder(measure) {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-bench-cold-'));
  try {
    const started = performance.now();
    await measure(folder);
    return performance.now() - started;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
