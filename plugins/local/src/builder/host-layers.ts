import type { LayerKind, MachineFacts } from '@ambit/plugin-api';

const everywhere: readonly LayerKind[] = ['npm', 'npm-project', 'env', 'workdir', 'source'];
const withPython: readonly LayerKind[] = ['pip', 'requirements'];
const withUv: readonly LayerKind[] = ['uv-project'];

/** What can be realised as directories at all. */
export const HOST_LAYERS: readonly LayerKind[] = [...everywhere, ...withPython, ...withUv];

/** What of it a machine has the programs for. */
export function hostLayers({ tools }: Pick<MachineFacts, 'tools'>): readonly LayerKind[] {
  const hasUv = tools.includes('uv');
  const hasPython = hasUv || tools.includes('python3');
  return [...everywhere, ...(hasPython ? withPython : []), ...(hasUv ? withUv : [])];
}
