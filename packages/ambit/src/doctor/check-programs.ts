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
  { name: 'uv', command: 'uv', missing: { status: 'absent', message: 'no uv', hint: 'It makes images with Python packages faster.' } },
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

/** Engines that could build and run images of containers: by what lies on this machine, without asking them. */
export function checkEngines(env: NodeJS.ProcessEnv = process.env): readonly Check[] {
  const { DOCKER_HOST: host, XDG_RUNTIME_DIR: runtime, PATH: path = '' } = env;
  const sockets = ['/var/run/docker.sock', ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')])];
  const socket = sockets.find((each) => existsSync(each));
  const docker = host === undefined ? socket && `a Docker socket at ${socket}` : `DOCKER_HOST is ${host}`;
  const buildah = path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, 'buildah')));
  const hint = 'It is needed only for images that a container has to be made of.';
  return [
    docker === undefined
      ? { name: 'docker', status: 'absent', message: 'no Docker socket', hint }
      : { name: 'docker', status: 'ok', message: docker },
    buildah
      ? { name: 'buildah', status: 'ok', message: 'buildah is on the PATH' }
      : { name: 'buildah', status: 'absent', message: 'no buildah', hint },
  ];
}
