// Records what `ambit` shows on a terminal, with nothing built before, as a picture. Needs python3 and built packages.
// docs/demo.svg: node tools/record.mjs docs/demo.svg examples/af2 run main.ts main --sequence AAGGTTCCAA
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import { drawing } from './recording/drawing.mjs';
import { Screen } from './recording/screen.mjs';
import { root } from './sources.mjs';

const size = { columns: 92, rows: 24 };
/** Nobody wants to look at a picture that does not move for longer. */
const longestPause = 0.5;

const [out, folder, ...words] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Say where the picture goes, in which folder to start, and what stands behind ambit.');
  process.exit(2);
}

const screen = new Screen(size);
const frames = [];
let clock = 0;
let last = 0;
screen.write(`\u001b[32m$\u001b[39m ambit ${words.join(' ')}\n`);
const take = (seconds) => {
  clock += Math.min(seconds - last, longestPause);
  last = seconds;
  const rows = screen.rows();
  if (JSON.stringify(frames.at(-1)?.rows) !== JSON.stringify(rows)) frames.push({ at: Number(clock.toFixed(2)), rows });
};
take(0);
for (const [seconds, data] of record()) {
  screen.write(data);
  take(seconds);
}
writeFileSync(out, drawing(frames, size));

function record() {
  const home = mkdtempSync(join(tmpdir(), 'ambit-record-'));
  try {
    const variables = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'CI'));
    const folders = { AMBIT_STATE: join(home, 'state'), AMBIT_MACHINE_STATE: join(home, 'machine'), AMBIT_CACHE: join(home, 'cache') };
    const argv = [size.columns, size.rows, process.execPath, join(root, 'packages/ambit/bin/ambit.js'), ...words].map(String);
    const { stdout, status } = spawnSync('python3', [join(root, 'tools/recording/pseudo-terminal.py'), ...argv], {
      cwd: folder,
      env: { ...variables, ...folders, TERM: 'xterm-256color' },
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
    });
    if (status !== 0) process.exit(status ?? 1);
    const decoder = new TextDecoder();
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(([seconds, data]) => [seconds, decoder.decode(Buffer.from(data, 'base64'), { stream: true })]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
