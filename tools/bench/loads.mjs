// Large loads: many lines, a large file, a large map. Memory is that of the engine's process.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineRun } from './engine-run.mjs';
import { timeCommand } from './processes.mjs';
import { interleaved, report } from './samples.mjs';

const MEGA = 1e6;
const sizes = { logs: 200, file: 1000 };

export async function logs() {
  const peaks = [];
  const times = await interleaved(3, {
    lines: async () => {
      const { result, peak } = await engineRun('lines', '--megabytes', String(sizes.logs));
      peaks.push(peak / MEGA);
      return sizes.logs / (result / 1000);
    },
  });
  report(`${sizes.logs} MB of lines from a task`, times.lines, { unit: 'MB/s', goal: '>= 100' });
  report('memory of the engine meanwhile', peaks, { unit: 'MB' });
}

export async function file() {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-bench-file-'));
  try {
    const path = join(folder, 'large.bin');
    writeRandom(path, sizes.file);
    const peaks = [];
    const times = await interleaved(3, {
      // What the same bytes cost without us: written once, and summed.
      baseline: () => timeCommand('sh', ['-c', 'cp "$1" "$1.copy" && sha256sum "$1.copy" && rm "$1.copy"', 'sh', path]),
      ambit: async () => {
        const { result, peak } = await engineRun('file', '--path', path);
        peaks.push(peak / MEGA);
        return result;
      },
    });
    const baseline = { name: 'cp and sha256sum', values: times.baseline };
    report(`cp and sha256sum of ${sizes.file} MB`, times.baseline);
    report('the same as a File through two tasks', times.ambit, { baseline, goal: 'ratio <= 1.43' });
    report('memory of the engine meanwhile', peaks, { unit: 'MB' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function map() {
  const { result, peak } = await engineRun('map', '--calls', '100000');
  report('map of 100,000', [result], { unit: 'per second', goal: '>= 3,000' });
  report('memory of the engine meanwhile', [peak / MEGA], { unit: 'MB', goal: '<= 500' });
}

function writeRandom(path, megabytes) {
  const block = randomBytes(MEGA);
  const target = openSync(path, 'w');
  for (let i = 0; i < megabytes; i += 1) {
    block.writeUInt32LE(i, 0);
    writeSync(target, block);
  }
  closeSync(target);
  spawnSync('sync');
}
