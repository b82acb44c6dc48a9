// Containers, where DOCKER_HOST names an engine. It needs Docker's own command beside it, to compare with.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../sources.mjs';
import { timeCommand } from './processes.mjs';
import { interleaved, report, summary } from './samples.mjs';

const node = process.execPath;
const ambit = join(root, 'packages/ambit/bin/ambit.js');
const af2 = join(root, 'examples/af2');
const profile = ['--config', join(af2, 'ambit.config.ts'), '--profile', 'docker'];
const containers = join(root, 'tools/bench/containers.ts');
const names = ['fold', 'main', 'msa'];

export async function docker() {
  if (!process.env.DOCKER_HOST) {
    console.log('containers: not measured, since DOCKER_HOST names no engine');
    return;
  }
  calls();
  await starts();
  await nothingToBuild();
  await graphs();
}

function calls() {
  const file = join(root, 'tools/bench/calls.ts');
  const warm = Array.from({ length: 5 }, () => summary(JSON.parse(said('run', file, 'warm', '--calls', '1000', '-q'))).median);
  report('warm call between containers: median', warm, { goal: '<= 2 ms' });
}

/** From the call of a task until its worker is connected: container made and started, runtime in it, hello exchanged. */
async function starts() {
  const times = await interleaved(9, {
    bare: () => timeCommand('docker', ['run', '--rm', 'busybox:latest', 'true']),
    worker: () => connectedAfter(),
  });
  report('docker run --rm busybox true', times.bare);
  report('start of a worker in busybox, to its hello', times.worker, {
    baseline: { name: 'docker run', values: times.bare },
    goal: 'ratio <= 1.5',
  });
}

function connectedAfter() {
  const events = said('run', containers, 'nothing', '--json=events').trim().split('\n');
  return events.map((line) => JSON.parse(line)).find(({ type }) => type === 'attempt.placed').queuedMs;
}

async function nothingToBuild() {
  const build = [ambit, 'build', 'main.ts', 'main', ...profile];
  const times = await interleaved(9, {
    start: () => timeCommand(node, [ambit, '--version']),
    build: () => timeCommand(node, build, { cwd: af2 }),
  });
  const beyond = times.build.map((time, i) => time - times.start[i]);
  report('build of three images in the engine, beyond --version', beyond, { goal: '<= 250 ms' });
}

/** Packages are installed anew in each: what is before them differs. One command beyond the first costs its start, which is left out. */
async function graphs() {
  const made = [];
  let round = 0;
  const env = () => ({ ...process.env, AMBIT_BENCH_ROUND: `${process.pid}-${round}` });
  const build = (...targets) => timeCommand(node, [ambit, 'build', containers, ...targets, ...profile], { env: env() });
  const all = (kind) => names.map((name) => `${kind}_${name}`);
  try {
    const times = await interleaved(3, {
      start: () => {
        round += 1;
        const targets = [...all('graph'), ...all('apart')];
        made.push(...JSON.parse(said('plan', containers, ...targets, '--json', { env: env() })).images);
        return timeCommand(node, [ambit, '--version']);
      },
      graph: () => build(...all('graph')),
      apart: () => all('apart').reduce((sum, name) => sum + build(name), 0),
    });
    const apart = times.apart.map((time, i) => time - 2 * times.start[i]);
    report("af2's images, each built alone", apart);
    report('the same as a graph', times.graph, { baseline: { name: 'alone', values: apart }, goal: 'ratio <= 0.6' });
  } finally {
    const tags = made.map(({ identity }) => `ambit:${identity.replace('sha256:', '').slice(0, 32)}`);
    spawnSync('docker', ['image', 'rm', ...tags], { stdio: 'ignore' });
  }
}

/** What a command prints on stdout, on Docker. */
function said(...words) {
  const options = typeof words.at(-1) === 'object' ? words.pop() : {};
  const done = spawnSync(node, [ambit, ...words, ...profile], { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}
