import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { MachineFacts } from '@ambit/plugin-api';
import { findProgram } from './find-program.ts';

const knownTools = ['npm', 'python3', 'uv', 'unshare', 'setpriv', 'nvidia-smi'];

/** Facts of this machine, from files and this process alone: no process is started. */
export function machineFacts(env: Readonly<Record<string, string>>): MachineFacts {
  return {
    os: process.platform,
    arch: process.arch,
    libc: libcOf(process.platform),
    home: env['HOME'] ?? homedir(),
    node: { version: process.versions.node, abi: process.versions.modules },
    tools: knownTools.filter((tool) => findProgram(tool, env['PATH'])),
  };
}

/** By what this process has mapped: Node's own report looks up host names of open sockets and may take seconds. */
function libcOf(platform: string): string {
  if (platform !== 'linux') return 'none';
  const maps = readFileSync('/proc/self/maps', 'utf8');
  if (/\/(ld|libc)[-.]musl-/.test(maps)) return 'musl';
  return /\/libc(\.so\.6|-2\.\d+\.so)$/m.test(maps) ? 'glibc' : 'none';
}
