import { AmbitError } from '@ambit/plugin-api';
import type { BuildRequest, MachineFacts } from '@ambit/plugin-api';
import { HOST_LAYERS } from './host-layers.ts';
import type { Python } from './python.ts';

/** The major of the machine's Node, if it has one. */
export function nodeVersions({ node }: Pick<MachineFacts, 'node'>): readonly string[] {
  return node?.version.split('.').slice(0, 1) ?? [];
}

/** `3.11`. */
export function pythonMinor({ version }: Pick<Python, 'version'>): string {
  return version.split('.').slice(0, 2).join('.');
}

/** What the planner refuses before: said here too, since a builder can be asked by anyone. */
export function checkRequest({ base, layers }: BuildRequest, facts: MachineFacts): void {
  for (const [index, { kind }] of layers.entries())
    if (!HOST_LAYERS.includes(kind)) throw unsupported(`cannot realise a layer of kind "${kind}"`, index, kind);
  const wanted = /^node:(\d+)(?:[.-]|$)/.exec(base.reference)?.[1];
  const [major] = nodeVersions(facts);
  if (wanted !== undefined && wanted !== major)
    throw new AmbitError(
      'AMBIT_BUILD_OTHER_NODE',
      `The image asks for Node ${wanted}, and this machine has ${major ? `Node ${major}` : 'none'}.`,
      {
        hint: `Run with Node ${wanted}, ask for ${major ? `Node ${major}` : 'no Node'}, or build with a builder of containers.`,
        facts: { wanted, ...(major ? { found: major } : {}) },
      },
    );
}

/** Of a base that asks for a Python. */
export async function checkPython({ base }: BuildRequest, ask: () => Promise<Python>): Promise<void> {
  const wanted = /^python:(\d+\.\d+)(?:[.-]|$)/.exec(base.reference)?.[1];
  if (wanted === undefined) return;
  const python = await ask();
  const { version } = python;
  const found = pythonMinor(python);
  if (found !== wanted)
    throw new AmbitError('AMBIT_BUILD_OTHER_PYTHON', `The image asks for Python ${wanted}, and python3 of this machine is ${version}.`, {
      hint: `Have Python ${wanted} as python3 on the PATH, ask for ${found}, or build with a builder of containers.`,
      facts: { wanted, found: version },
    });
}

function unsupported(what: string, layer: number, kind: string): AmbitError {
  return new AmbitError('AMBIT_BUILD_UNSUPPORTED_LAYER', `The builder "host" ${what}.`, {
    hint: 'Build this image with a builder of containers.',
    facts: { layer, kind },
  });
}
