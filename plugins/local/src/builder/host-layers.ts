import type { BuilderDescription, LayerKind, MachineFacts } from '@ambit/plugin-api';

const everywhere: readonly LayerKind[] = ['npm', 'npm-project', 'env', 'workdir', 'source'];
const withPython: readonly LayerKind[] = ['pip', 'requirements'];
const withUv: readonly LayerKind[] = ['uv-project'];
const noPython = {
  why: 'there is no python3 on the PATH',
  hint: 'Install Python 3, and have python3 on the PATH; or use a builder of containers.',
};
const noUv = {
  why: 'there is no uv on the PATH',
  hint: 'Install uv (https://docs.astral.sh/uv), or use a builder of containers.',
};

/** What can be realised as directories at all. */
export const HOST_LAYERS: readonly LayerKind[] = [...everywhere, ...withPython, ...withUv];

/** What of it a machine has the programs for, and what is missing for the rest. */
export function hostLayers({ tools }: Pick<MachineFacts, 'tools'>): Pick<BuilderDescription, 'layers' | 'missing'> {
  const hasUv = tools.includes('uv');
  const hasPython = hasUv || tools.includes('python3');
  const missing = { ...(hasPython ? {} : { pip: noPython, requirements: noPython }), ...(hasUv ? {} : { 'uv-project': noUv }) };
  return {
    layers: [...everywhere, ...(hasPython ? withPython : []), ...(hasUv ? withUv : [])],
    ...(Object.keys(missing).length > 0 && { missing }),
  };
}
