import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Machine } from '@ambit/plugin-api';
import type { Check } from './check.ts';

const oldestNode = [20, 19] as const;

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = oldestNode;
  const isNew = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  if (isNew) return { name: 'node', status: 'ok', message: `Node ${version}` };
  const hint = `Install Node ${oldestNode.join('.')} or newer.`;
  return { name: 'node', status: 'error', message: `Node ${version} is too old`, hint };
}

interface Program {
  readonly name: string;
  readonly command: string;
  readonly missing: Omit<Check, 'name'>;
}

const programs: readonly Program[] = [
  {
    name: 'npm',
    command: 'npm',
    missing: {
      status: 'warning',
      message: 'npm is not on the PATH',
      hint: 'Install npm: the builder host needs it for images with npm packages.',
    },
  },
  {
    name: 'python',
    command: 'python3',
    missing: { status: 'absent', message: 'no python3', hint: 'The builder host needs it for images with Python packages.' },
  },
  {
    name: 'uv',
    command: 'uv',
    missing: {
      status: 'absent',
      message: 'no uv',
      hint: 'The builder host needs it for uv projects, and makes other Python packages faster with it: https://docs.astral.sh/uv.',
    },
  },
];

export async function checkPrograms(machine: Machine, signal: AbortSignal): Promise<readonly Check[]> {
  return Promise.all(programs.map((program) => checkProgram(program, machine, signal)));
}

async function checkProgram({ name, command, missing }: Program, machine: Machine, signal: AbortSignal): Promise<Check> {
  try {
    const { code, stdout, stderr } = await machine.run([command, '--version'], { signal });
    const said =
      new TextDecoder()
        .decode(code === 0 ? stdout : stderr)
        .trim()
        .split('\n')[0] ?? '';
    if (code === 0) return { name, status: 'ok', message: said.toLowerCase().startsWith(name) ? said : `${name} ${said}` };
    return { name, status: 'warning', message: `${command} --version fails: ${said}`, hint: `Mend the installation of ${command}.` };
  } catch {
    return { name, ...missing };
  }
}

/** By what lies on the PATH, without asking it. */
export function checkBuildah(env: NodeJS.ProcessEnv = process.env): Check {
  const { PATH: path = '' } = env;
  const isThere = path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, 'buildah')));
  if (isThere) return { name: 'buildah', status: 'ok', message: 'buildah is on the PATH' };
  return {
    name: 'buildah',
    status: 'absent',
    message: 'no buildah',
    hint: 'It is needed only for images that a container has to be made of.',
  };
}
