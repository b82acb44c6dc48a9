import type { Layer } from '@ambit/plugin-api';
import type { ImageBase, LayerDescription, Place } from '../../model/definition.ts';
import { canonical } from '../canonical.ts';
import type { Canonical } from '../canonical.ts';
import type { FileFacts, PlannedImage } from '../plan.ts';
import { baseFiles, layerFiles, specFile } from './file-needs.ts';
import type { FileNeed } from './file-needs.ts';
import { baseSummary, layerSummary } from './layer-summary.ts';
import { npmPackageName } from './package-names.ts';

export interface ResolvedLayer {
  readonly planned: PlannedImage['layers'][number];
  /** What counts for the identity, encoded. */
  readonly content: string;
}

/** What a file is; `undefined` where it could not be looked up. */
export type ReadFacts = (file: FileNeed) => FileFacts | undefined;

type Dockerfile = Extract<ImageBase, { kind: 'dockerfile' }>;

/** `undefined` where a file of it is missing. */
export function resolveLayer(described: LayerDescription & { readonly at?: Place }, read: ReadFacts): ResolvedLayer | undefined {
  const facts = layerFiles(described).map(read);
  if (facts.includes(undefined)) return undefined;
  const layer = layerOf(described, facts[0]);
  const { at } = described;
  return {
    planned: { ...layer, summary: layerSummary(described, facts[0]), ...(at !== undefined && { at }) },
    content: canonical(layer.kind === 'npm' ? npmContent(layer.specs, read) : layer),
  };
}

/** A Dockerfile is the base of its image, and the first layer to build. */
export function resolveDockerfile(base: Dockerfile, at: Place | undefined, read: ReadFacts): ResolvedLayer | undefined {
  const file = baseFiles(base);
  const facts = file && read(file);
  if (!facts) return undefined;
  const { target, args } = base;
  const layer: Layer = { kind: 'dockerfile', files: facts.digest, ...(target !== undefined && { target }), args: { ...args } };
  return { planned: { ...layer, summary: baseSummary(base), ...(at !== undefined && { at }) }, content: canonical(layer) };
}

function layerOf(described: LayerDescription, facts: FileFacts | undefined): Layer {
  const files = facts?.digest ?? 'sha256:';
  switch (described.kind) {
    case 'apt':
      return { kind: 'apt', packages: [...described.packages] };
    case 'npm':
      return { kind: 'npm', specs: [...described.specs] };
    case 'npm-project':
      return { kind: 'npm-project', files, lock: facts?.lock ?? false };
    case 'pip':
      return { kind: 'pip', specs: [...described.specs], ...indexes(described) };
    case 'requirements':
      return { kind: 'requirements', files, ...indexes(described) };
    case 'uv-project':
      return { kind: 'uv-project', files, groups: [...described.groups] };
    case 'env':
      return { kind: 'env', variables: { ...described.variables } };
    case 'workdir':
      return { kind: 'workdir', directory: described.directory };
    case 'user':
      return { kind: 'user', name: described.name };
    case 'commands':
      return { kind: 'commands', commands: [...described.commands] };
    case 'source':
      return { kind: 'source', files, to: described.to };
  }
}

interface Indexes {
  readonly indexUrl?: string;
  readonly extraIndexUrls?: readonly string[];
  readonly secrets: readonly string[];
}

function indexes({ indexUrl, extraIndexUrls, secrets }: Indexes): Indexes {
  return {
    ...(indexUrl !== undefined && { indexUrl }),
    ...(extraIndexUrls !== undefined && { extraIndexUrls: [...extraIndexUrls] }),
    secrets: [...secrets],
  };
}

/** A package of the user's own counts by its files, not by where they lie. */
function npmContent(specs: readonly string[], read: ReadFacts): Canonical {
  const content = specs.map((spec) => {
    const file = specFile(spec);
    return file === undefined ? spec : { name: npmPackageName(spec), files: read(file)?.digest };
  });
  return { kind: 'npm', specs: content };
}
