// Ratios, interleaved, minimum / median / maximum. Nothing is asserted. `npm run bench -- af2 calls`: only those.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../sources.mjs';
import { builds, cold } from './builds.mjs';
import { docker } from './docker.mjs';
import { folder } from './folders.mjs';
import { file, logs, map } from './loads.mjs';
import { chain, ladder, mesh, timePlan } from './plans.mjs';
import { timeCommand, timeToLine } from './processes.mjs';
import { reference } from './reference.mjs';
import { interleaved, report, summary } from './samples.mjs';

const rounds = Number(process.env.AMBIT_BENCH_ROUNDS ?? 9);
const ambit = join(root, 'packages/ambit/bin/ambit.js');
const node = process.execPath;
const af2 = { cwd: join(root, 'examples/af2') };
const run = [ambit, 'run', 'main.ts', 'main', '--sequence', 'AAGGTTCCAA'];

const state = mkdtempSync(join(tmpdir(), 'ambit-bench-state-'));
process.env.AMBIT_STATE = state;

async function start() {
  const times = await interleaved(rounds, {
    bare: () => timeCommand(node, ['-e', '0']),
    version: () => timeCommand(node, [ambit, '--version']),
    plan: () => timeCommand(node, [ambit, 'plan', 'main.ts', 'main'], af2),
  });
  const baseline = { name: 'node -e 0', values: times.bare };
  report('node -e 0', times.bare);
  report('ambit --version', times.version, { baseline, goal: 'ratio <= 1.5' });
  report('ambit plan, af2 cached', times.plan, { baseline, goal: '<= 200 ms' });
}

async function cachedRun() {
  const peer = reference();
  timeCommand(node, run, af2);
  const times = await interleaved(rounds, {
    ambit: () => timeCommand(node, run, af2),
    line: () => timeToLine(node, [...run, '--json=events'], (line) => line.includes('"attempt.log"'), af2),
    ...(peer ? { peer: () => timeCommand(peer.python, ['main.py'], { cwd: peer.af2 }) } : {}),
  });
  if (peer) report(`${peer.version}, af2 in one process`, times.peer);
  else console.log('the reference is not here: set AMBIT_BENCH_PEERS');
  report(
    'ambit run, af2 cached, three workers',
    times.ambit,
    peer ? { baseline: { name: 'the reference', values: times.peer }, goal: 'ratio <= 1, better 0.7' } : {},
  );
  report("first task's first line", times.line, { goal: '<= 400 ms' });
}

async function plans() {
  const shapes = {
    'createPlan, 1,000 with 5,000 edges': mesh(1000),
    '10,000 with 50,000 edges': mesh(10_000),
    '100,000 with 500,000 edges': mesh(100_000),
    'a chain of 100,000': chain(100_000),
    'a ladder of 45': ladder(22),
  };
  const times = await interleaved(
    Math.min(rounds, 5),
    Object.fromEntries(Object.entries(shapes).map(([name, environment]) => [name, () => timePlan(environment)])),
  );
  for (const [name, values] of Object.entries(times)) report(name, values, name.startsWith('10,000') ? { goal: '<= 300 ms' } : {});
  const peer = reference();
  const said = peer && spawnSync(peer.python, [peer.plan], { encoding: 'utf8' }).stdout;
  const seconds = Number(/ladder envs 45 ([\d.]+)/.exec(said ?? '')?.[1]);
  if (seconds > 0)
    report(`${peer.version}, the same ladder`, [seconds * 1000], {
      baseline: { name: 'ours', values: times['a ladder of 45'] },
      goal: 'ratio >= 100',
    });
}

function result(task, flag, value) {
  const done = spawnSync(node, [ambit, 'run', join(root, 'tools/bench/calls.ts'), task, flag, String(value), '-q'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

function calls() {
  const warm = Array.from({ length: 5 }, () => summary(result('warm', '--calls', 1000)));
  report(
    'warm child call, recorded: median',
    warm.map((times) => times.median),
    { goal: '<= 1 ms' },
  );
  report(
    'warm child call, recorded: 95th percentile',
    warm.map((times) => times.p95),
    { goal: '<= 4 ms' },
  );
  report(
    'fan-out of 10,000 on two workers',
    Array.from({ length: 5 }, () => result('fan', '--calls', 10_000)),
    { unit: 'per second', goal: '>= 3,000' },
  );
}

const parts = { start, af2: cachedRun, plan: plans, calls, builds, cold, logs, file, map, folder, docker };
const wanted = process.argv.slice(2);
try {
  for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
} finally {
  rmSync(state, { recursive: true, force: true });
}
