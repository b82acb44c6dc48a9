import { existsSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localMachine } from '../../src/index.ts';
import { hasProcess, never, uniqueSeconds, until } from '../executor/executor-place.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ambit-machine-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const machine = (env?: NodeJS.ProcessEnv) =>
  localMachine({ cacheDirectory: join(directory, 'cache'), stateDirectory: join(directory, 'state'), ...(env ? { env } : {}) });

async function text(data: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function* bytes(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

describe('this machine', () => {
  it('has an id that stays', () => {
    expect(machine().id).toMatch(/^[0-9a-f]{32}$/);
    expect(machine().id).toBe(machine().id);
  });

  it('knows its facts without starting a process', async () => {
    const facts = await machine().facts(never());
    expect(facts).toMatchObject({
      os: process.platform,
      arch: process.arch,
      node: { version: process.versions.node, abi: process.versions.modules },
    });
    expect(facts.tools).toContain('npm');
    writeFileSync(join(directory, 'uv'), '', { mode: 0o755 });
    writeFileSync(join(directory, 'nvidia-smi'), '', { mode: 0o644 });
    const { tools } = await machine({ PATH: directory }).facts(never());
    expect(tools).toContain('uv');
    expect(tools).not.toContain('nvidia-smi');
  });

  it('reads many files at once for one who may give up, without a word of Node about that', async () => {
    const path = join(directory, 'read-at-once');
    writeFileSync(path, 'content');
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warn);
    const giveUp = new AbortController();
    const here = machine();
    const texts = await Promise.all(Array.from({ length: 30 }, () => text(here.read(path, giveUp.signal))));
    // Warnings are told in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect([new Set(texts), warnings]).toEqual([new Set(['content']), []]);
    const late = here.read(path, giveUp.signal);
    giveUp.abort(new TypeError('enough'));
    await expect(text(late)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('runs a command and returns its output whole, and line by line as it comes', async () => {
    const lines: string[] = [];
    const script = 'printf "one\\ntw"; printf "o\\r\\nlast"; echo "wrong" >&2; exit 3';
    const result = await machine().run(['sh', '-c', script], {
      signal: never(),
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    });
    expect(result).toMatchObject({ code: 3 });
    expect(Buffer.from(result.stdout).toString()).toBe('one\ntwo\r\nlast');
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout one', 'stdout two', 'stdout last']);
    expect(lines).toContain('stderr wrong');
  });

  it('tells the signal that ended a command', async () => {
    expect(await machine().run(['sh', '-c', 'kill -9 $$'], { signal: never() })).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('gives a command its folder, its whole environment and its input', async () => {
    const script = 'pwd; env | grep -c -v -E "^(PWD|OLDPWD|_|SHLVL)="; echo $ONE; cat';
    const { stdout } = await machine().run(['/bin/sh', '-c', script], {
      cwd: '/',
      env: { ONE: 'yes', PATH: '/usr/bin:/bin' },
      stdin: bytes('in', 'put'),
      signal: never(),
    });
    expect(Buffer.from(stdout).toString()).toBe('/\n2\nyes\ninput');
  });

  it('says what an outer npm script is about to no command', async () => {
    const env = {
      PATH: process.env['PATH'],
      npm_package_name: 'outer',
      npm_config_workspace: 'x',
      npm_config_registry: 'http://mine',
      INIT_CWD: '/outer',
    };
    const { stdout } = await machine(env).run(['env'], { signal: never() });
    expect(Buffer.from(stdout).toString()).toContain('npm_config_registry=http://mine');
    expect(Buffer.from(stdout).toString()).not.toMatch(/outer|workspace/);
  });

  it('finds this Node first where the PATH has none or another', async () => {
    const { stdout } = await machine({ PATH: '/nowhere' }).run(['node', '-p', 'process.execPath'], { signal: never() });
    expect(Buffer.from(stdout).toString().trim()).toBe(process.execPath);
  });

  it('rejects with the code of the system where a command cannot be started', async () => {
    await expect(machine().run(['no-such-program-here'], { signal: never() })).rejects.toMatchObject({ code: 'ENOENT' });
    const file = join(directory, 'plain');
    writeFileSync(file, '');
    await expect(machine().run([file], { signal: never() })).rejects.toMatchObject({ code: 'EACCES' });
  });

  it('kills a command and all that it started when it is aborted, also what left its group', async () => {
    const [child, escaped] = [uniqueSeconds(), uniqueSeconds()];
    const stop = new AbortController();
    const running = machine().run(['sh', '-c', `setsid sh -c "sleep ${escaped}; true" & sleep ${child}; true`], { signal: stop.signal });
    await until('both run', () => hasProcess(child) && hasProcess(escaped));
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await until('both are gone', () => !hasProcess(child) && !hasProcess(escaped));
    await expect(machine().run(['true'], { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('writes a file whole, with its folders and mode, and reads it', async () => {
    const file = join(directory, 'a/b/c.txt');
    await machine().write(file, bytes('one', 'two'), { signal: never() });
    expect(await text(machine().read(file, never()))).toBe('onetwo');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await machine().write(file, bytes('three'), { mode: 0o755, signal: never() });
    expect(statSync(file).mode & 0o777).toBe(0o755);
  });

  it('leaves nothing of a file that was not written to its end', async () => {
    const file = join(directory, 'half.txt');
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new Error('the source broke');
    })();
    await expect(machine().write(file, broken, { signal: never() })).rejects.toThrow('the source broke');
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
    await expect(text(machine().read(file, never()))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
