import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeOnce } from '../../src/builder/make-once.ts';
import type { Making, MakingCommand, MakingEvent } from '../../src/builder/make-once.ts';
import { localMachine } from '../../src/index.ts';
import { hasProcess, never, uniqueSeconds, until } from '../executor/executor-place.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ambit-make-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const fixture = fileURLToPath(new URL('../fixtures/make-once.ts', import.meta.url));
const machine = () => localMachine({ cacheDirectory: root, stateDirectory: root });
const place = () => join(root, 'sets/one');
const names = () => readdirSync(join(root, 'sets'));
const sh = (script: string, env: MakingCommand['env'] = {}): MakingCommand => ({ argv: ['sh', '-c', script], env });

function making(script: string, rest: Partial<Making> = {}): Making {
  const prepare: Making['prepare'] = async (directory) => ({ commands: [{ ...sh(script), cwd: directory }] });
  return { place: place(), proof: 'proof', publish: 'rename', prepare, ...rest };
}

async function make(what: Making, signal = never(), events: MakingEvent[] = []) {
  const made = await makeOnce(machine(), what, { signal, emit: (event) => events.push(event) });
  return { made, lines: events.flatMap((event) => (event.type === 'line' ? [`${event.stream} ${event.text}`] : [])) };
}

/** Another process that makes the same place. */
function other(script: string) {
  const args = ['--conditions=@ambit/source', '--import', 'tsx', fixture, place(), script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(said)));
  return { child, ended };
}

describe('a directory that is made once', () => {
  it('is where it was wanted, and nothing else is', async () => {
    expect((await make(making('echo whole > proof'))).made).toEqual({ is: 'made' });
    expect(readFileSync(join(place(), 'proof'), 'utf8')).toBe('whole\n');
    expect(names()).toEqual(['one']);
    expect((await make(making('exit 1'))).made).toEqual({ is: 'found' });
  });

  it('stays where it was made where its files name that place', async () => {
    await make(making('pwd > proof', { publish: 'link' }));
    expect(readFileSync(join(place(), 'proof'), 'utf8').trim()).toBe(readlinkSync(place()));
  });

  it('tells what its commands say, their last words without a line end too', async () => {
    const { lines } = await make(making('echo one; echo two >&2; touch proof; printf three'));
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout one', 'stdout three']);
    expect(lines).toContain('stderr two');
  });

  it('gives commands variables and takes some away, and shows no password', async () => {
    const env = { ADDRESS: 'https://me:secret@host/x', HOME: null };
    const prepare: Making['prepare'] = async (cwd) => ({ commands: [{ ...sh('echo "$ADDRESS" "[$HOME]"; touch proof', env), cwd }] });
    expect((await make(making('', { prepare }))).lines).toEqual(['stdout https://***@host/x []']);
  });

  it('has the folders and links of its work, and not what is removed', async () => {
    const prepare: Making['prepare'] = async (cwd) => ({
      folders: [{ path: 'a' }, { path: 'a/shut', mode: 0o555 }],
      links: [{ path: 'a/link', target: '../proof' }],
      commands: [{ ...sh('touch proof inputs a/shut/file'), cwd }],
      remove: ['inputs'],
    });
    await make(making('', { prepare }));
    expect(readdirSync(place()).sort()).toEqual(['a', 'proof']);
    expect(readdirSync(join(place(), 'a')).sort()).toEqual(['link', 'shut']);
    expect(readlinkSync(join(place(), 'a/link'))).toBe('../proof');
    // Who is not root could not remove it.
    chmodSync(join(place(), 'a/shut'), 0o755);
  });

  it('is nothing where a command fails, which says its number, code and last lines', async () => {
    const prepare: Making['prepare'] = async (cwd) => ({
      commands: ['touch proof; echo early', 'echo why >&2; exit 7', 'touch never'].map((script) => ({ ...sh(script), cwd })),
    });
    expect((await make(making('', { prepare }))).made).toEqual({ is: 'failed', number: 1, exitCode: 7, log: 'why' });
    expect(names()).toEqual([]);
  });

  it('is nothing where a command says that it failed and ends well', async () => {
    const prepare: Making['prepare'] = async (cwd) => ({
      commands: [{ ...sh('touch proof; printf "bad "; echo news >&2; echo news'), cwd, alarm: 'bad n.ws' }],
    });
    expect((await make(making('', { prepare }))).made).toMatchObject({ is: 'failed', exitCode: 1 });
    expect(names()).toEqual([]);
  });

  it('tells why a command failed also where only a file of it says so, each reason once', async () => {
    const log = '01:00 no: one\n02:00 yes\n03:00 no: one\n04:00 no: https://me:secret@two/\n';
    const prepare: Making['prepare'] = async (cwd) => ({
      commands: ['true', 'echo it failed >&2; exit 3'].map((script) => ({
        ...sh(`printf '%s' "$LOG" > log; ${script}`, { LOG: log }),
        cwd,
        reasons: { file: join(cwd, 'log'), pattern: 'no: .*' },
      })),
    });
    const { made, lines } = await make(making('', { prepare }));
    expect(made).toEqual({ is: 'failed', number: 1, exitCode: 3, log: 'it failed\nno: one\nno: https://***@two/' });
    expect(lines).toHaveLength(3);
  });

  it('is nothing where its work cannot be prepared', async () => {
    const prepare: Making['prepare'] = async (directory) => {
      writeFileSync(join(directory, 'proof'), '');
      throw new Error('not ready');
    };
    await expect(make(making('', { prepare }))).rejects.toThrow('not ready');
    expect(names()).toEqual([]);
  });

  it('says when the disk is full, by whichever words', async () => {
    await expect(make(making('cp /bin/sh /dev/full'))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NO_SPACE',
      facts: { path: place(), log: expect.stringContaining('No space left') as unknown },
    });
    expect(names()).toEqual([]);
  });

  it('says when its folder cannot be written to', async () => {
    writeFileSync(join(root, 'sets'), 'a file in the way');
    await expect(make(making('touch proof'))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NOT_STORED',
      message: expect.stringContaining(place()) as unknown,
    });
  });

  it('replaces what is there and not whole', async () => {
    mkdirSync(place(), { recursive: true });
    writeFileSync(join(place(), 'half'), '');
    await make(making('touch proof'));
    expect(readdirSync(place())).toEqual(['proof']);
  });

  it('replaces a link to what is gone', async () => {
    mkdirSync(join(root, 'sets'));
    symlinkSync(`${place()}.gone`, place());
    await make(making('touch proof', { publish: 'link' }));
    expect(existsSync(join(place(), 'proof'))).toBe(true);
    expect(names()).toHaveLength(2);
  });
});

describe('a directory that two want', () => {
  it('is made by one, and the other waits for it and says so', async () => {
    const script = `echo x >> ${join(root, 'count')}; sleep 0.5; touch proof`;
    const both = await Promise.all([make(making(script)), make(making(script))]);
    expect(both.map(({ made }) => made.is).sort()).toEqual(['found', 'made']);
    expect(both.flatMap(({ lines }) => lines).join()).toContain('waiting');
    expect(readFileSync(join(root, 'count'), 'utf8')).toBe('x\n');
    expect(names()).toEqual(['one']);
  });

  it('is made by the other where the first fails', async () => {
    const failing = make(making(`touch ${join(root, 'begun')}; sleep 0.3; exit 1`));
    await until('the first is at it', () => existsSync(join(root, 'begun')));
    expect((await make(making('touch proof'))).made).toEqual({ is: 'made' });
    expect((await failing).made.is).toBe('failed');
    expect(names()).toEqual(['one']);
  });

  it('is left alone and clean when one gives up, with all that it started', async () => {
    const seconds = uniqueSeconds();
    const stop = new AbortController();
    const leaving = make(making(`touch proof; sleep ${seconds}`), stop.signal);
    await until('it is under way', () => hasProcess(seconds));
    stop.abort(new Error('given up'));
    await expect(leaving).rejects.toThrow('given up');
    expect(hasProcess(seconds)).toBe(false);
    expect(names()).toEqual([]);
  });
});

describe('a process that is killed while it makes a directory', () => {
  it('takes its installer with it, leaves nothing, and is followed by the next', async () => {
    const seconds = uniqueSeconds();
    const { child, ended } = other(`touch proof; sleep ${seconds}`);
    await until('it is under way', () => hasProcess(seconds));
    child.kill('SIGKILL');
    await ended;
    await until('all is cleared away', () => !hasProcess(seconds) && names().length === 0);
    expect((await make(making('touch proof'))).made).toEqual({ is: 'made' });
    expect(names()).toEqual(['one']);
  });

  it('is found dead by who waits for it, and what it left is cleared away', async () => {
    mkdirSync(`${place()}.dead`, { recursive: true });
    writeFileSync(join(`${place()}.dead`, 'proof'), '');
    const space = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
    const holder = { pid: process.pid, start: '1', space, directory: `${place()}.dead` };
    writeFileSync(`${place()}.lock`, JSON.stringify(holder));
    expect((await make(making('touch proof'))).made).toEqual({ is: 'made' });
    expect(names()).toEqual(['one']);
  });

  it('is waited for where nobody here can tell whether it lives', async () => {
    mkdirSync(join(root, 'sets'));
    const holder = { pid: process.pid, start: '1', space: 'elsewhere', directory: `${place()}.other` };
    writeFileSync(`${place()}.lock`, JSON.stringify(holder));
    const events: MakingEvent[] = [];
    const waiting = make(making('touch proof'), never(), events);
    await until('it waits', () => events.some((event) => event.type === 'line' && event.text.includes('waiting')));
    mkdirSync(place());
    writeFileSync(join(place(), 'proof'), 'by the other');
    expect((await waiting).made).toEqual({ is: 'found' });
    expect(existsSync(`${place()}.lock`)).toBe(true);
  });
});
