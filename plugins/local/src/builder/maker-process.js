// Runs on the machine where something is made: makes one directory once, whoever else wants it too, and dies with its builder.
// Orders come as lines of JSON on stdin, answers leave as lines of stdout that begin with the token; the end of stdin is the builder's end.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ token: string, place: string, directory: string, proof: string, publish: 'rename' | 'link', undo?: boolean }} Order */
/** @typedef {import('./make-once.ts').MakingWork} Work */
/** @typedef {import('./make-once.ts').MakingAnswer} Answer */
/** @typedef {{ text?: string, touched?: number, since: number }} Watched */
/** @typedef {{ missing: string } | { exitCode: number, message?: string }} End */

const BEAT_MS = 5_000;
const SILENCE_MS = 30_000;
const isLinux = process.platform === 'linux';

let order = /** @type {Order} */ ({});
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
/** @type {NodeJS.Timeout | undefined} */
let beat;
let holdsLock = false;

const lockFile = () => `${order.place}.lock`;
/** @param {Answer} answer */
const say = (answer) => process.stdout.write(`${order.token} ${JSON.stringify(answer)}\n`);

/**
 * @template T
 * @param {() => T} read
 */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * As `rm -rf`, of folders without write permission too.
 * @param {string} path
 */
function clear(path) {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    spawnSync('chmod', ['-R', 'u+rwX', path]);
    rmSync(path, { recursive: true, force: true });
  }
}

/**
 * When a process was started, as the system tells it; undefined for one that is gone.
 * @param {number} pid
 */
function startOf(pid) {
  if (!isLinux) {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    return (
      spawnSync('ps', ['-p', String(pid), '-o', 'lstart='], { env })
        .stdout.toString()
        .trim() || undefined
    );
  }
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

/** Among which processes a pid means something: one boot of one machine, one pid namespace. */
function space() {
  if (!isLinux) return hostname();
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${attempt(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`;
}

/** Whole at once and exclusive: a link to a file that is written already. */
function take() {
  const holder = { pid: process.pid, start: startOf(process.pid), space: space(), directory: order.directory };
  const written = `${lockFile()}.${order.token}`;
  try {
    writeFileSync(written, JSON.stringify(holder));
    linkSync(written, lockFile());
    holdsLock = true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  } finally {
    rmSync(written, { force: true });
  }
  return holdsLock;
}

/**
 * A holder that cannot be looked for from here is dead when its lock was not touched for long, by our own clock.
 * @param {string} text
 * @param {Watched} watched
 */
function isDead(text, watched) {
  const holder = attempt(() => JSON.parse(text));
  if (holder?.space === space()) return startOf(holder.pid) !== holder.start;
  const touched = attempt(() => statSync(lockFile()).mtimeMs);
  if (touched !== watched.touched || text !== watched.text) Object.assign(watched, { touched, text, since: performance.now() });
  return performance.now() - watched.since > SILENCE_MS;
}

/**
 * Clears a dead holder's lock away, with what it left; one that somebody else took meanwhile is put back.
 * @param {string} text
 */
function bury(text) {
  const grave = `${lockFile()}.${order.token}.dead`;
  if (attempt(() => (renameSync(lockFile(), grave), true)) !== true) return;
  const left = attempt(() => String(JSON.parse(text).directory));
  if (readFileSync(grave, 'utf8') !== text) attempt(() => linkSync(grave, lockFile()));
  else if (left?.startsWith(`${order.place}.`)) clear(left);
  rmSync(grave, { force: true });
}

function unlock() {
  clearInterval(beat);
  const directory = attempt(() => JSON.parse(readFileSync(lockFile(), 'utf8')).directory);
  if (directory === order.directory) rmSync(lockFile(), { force: true });
  holdsLock = false;
}

const isMade = () => existsSync(join(order.place, order.proof));

/** False where another made it. */
async function acquire() {
  mkdirSync(dirname(order.place), { recursive: true });
  /** @type {Watched} */
  const watched = { since: 0 };
  for (let isTold = false; !isMade() && !take();) {
    const text = attempt(() => readFileSync(lockFile(), 'utf8'));
    if (text !== undefined && isDead(text, watched)) bury(text);
    else {
      if (!isTold) say({ is: 'waiting' });
      isTold = true;
      await sleep(100);
    }
  }
  return !isMade();
}

/** Something is there that is not whole: damaged, or made for what is gone from this machine. */
function makeRoom() {
  const target = attempt(() => readlinkSync(order.place));
  if (target?.startsWith(`${order.place}.`)) clear(target);
  if (attempt(() => lstatSync(order.place))) clear(order.place);
}

/**
 * Passes output on, and tells whether it matched.
 * @param {import('node:stream').Readable} from
 * @param {NodeJS.WriteStream} to
 * @param {RegExp} alarm
 */
function passOn(from, to, alarm) {
  const heard = { alarm: false };
  let rest = '';
  from.on('data', (/** @type {Buffer} */ chunk) => {
    to.write(chunk);
    rest = (rest + chunk.toString('latin1')).slice(-10_000);
    heard.alarm ||= alarm.test(rest);
  });
  return heard;
}

/** @param {import('./make-once.ts').MakingCommand} command */
function tellReasons({ reasons }) {
  const text = reasons && attempt(() => readFileSync(reasons.file, 'utf8'));
  const found = (text ?? '').split('\n').flatMap((line) => new RegExp(reasons?.pattern ?? '(?!)').exec(line)?.[0] ?? []);
  for (const line of new Set(found)) process.stderr.write(`${line}\n`);
}

/**
 * @param {import('./make-once.ts').MakingCommand} command
 * @returns {Promise<End>}
 */
function run({ argv: [program = '', ...args], cwd, env, alarm = '(?!)' }) {
  const variables = Object.entries({ ...process.env, ...env }).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return new Promise((resolve) => {
    const started = spawn(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: Object.fromEntries(variables),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    child = started;
    const pattern = new RegExp(alarm);
    const heard = [passOn(started.stdout, process.stdout, pattern), passOn(started.stderr, process.stderr, pattern)];
    started.once('error', (error) => {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
      resolve(code === 'ENOENT' ? { missing: program } : { exitCode: 126, message });
    });
    started.once('close', (code, signal) => {
      if (code === null) resolve({ exitCode: 128, message: `ended by ${signal}` });
      else resolve({ exitCode: code === 0 && heard.some((each) => each.alarm) ? 1 : code });
    });
  });
}

/**
 * The answer that ends everything.
 * @param {Work} work
 * @returns {Promise<Answer>}
 */
async function make({ folders = [], links = [], commands = [], remove = [] }) {
  const inside = (/** @type {string} */ path) => join(order.directory, path);
  for (const { path } of folders) mkdirSync(inside(path), { recursive: true });
  for (const { path, target } of links) {
    mkdirSync(dirname(inside(path)), { recursive: true });
    symlinkSync(target, inside(path));
  }
  for (const [number, command] of commands.entries()) {
    say({ is: 'command', number });
    const end = await run(command);
    child = undefined;
    if ('missing' in end) return { is: 'missing', program: end.missing };
    if (end.exitCode !== 0) {
      tellReasons(command);
      return { is: 'failed', number, ...end };
    }
  }
  for (const path of remove) clear(inside(path));
  for (const { path, mode } of [...folders].reverse()) if (mode !== undefined) chmodSync(inside(path), mode);
  if (order.publish === 'link') symlinkSync(order.directory, order.place);
  else renameSync(order.directory, order.place);
  return { is: 'made' };
}

/** @param {Answer} [answer] */
function leave(answer) {
  const group = child?.pid;
  if (group !== undefined) attempt(() => process.kill(-group, 'SIGKILL'));
  if (answer?.is !== 'made') attempt(() => clear(order.directory));
  if (holdsLock) unlock();
  if (answer) say(answer);
  process.exit();
}

/** Clears away after one that could not do so itself. */
function undo() {
  clear(order.directory);
  unlock();
}

/** @param {() => Promise<string>} next */
async function main(next) {
  order = JSON.parse(await next());
  if (order.undo) return undo();
  if (!(await acquire())) return { is: /** @type {const} */ ('found') };
  beat = setInterval(() => attempt(() => utimesSync(lockFile(), new Date(), new Date())), BEAT_MS);
  makeRoom();
  mkdirSync(order.directory, { recursive: true });
  say({ is: 'ready' });
  return make(JSON.parse(await next()));
}

/** @type {string[]} */
const lines = [];
let wake = () => {};
const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  lines.push(line);
  wake();
});
input.on('close', () => leave());
const next = async () => {
  while (lines.length === 0) await new Promise((resolve) => (wake = () => resolve(undefined)));
  return lines.shift() ?? '';
};
main(next).then(
  (answer) => leave(answer ?? undefined),
  ({ code = 'unknown', message }) => leave({ is: 'broken', code, message }),
);
