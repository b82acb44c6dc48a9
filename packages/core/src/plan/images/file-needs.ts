import type { ImageBase, ImageDescription, LayerDescription, Place } from '../../model/definition.ts';
import type { FactRequest } from '../plan.ts';
import { npmLocalPath } from './package-names.ts';

type FilesRequest = Extract<FactRequest, { kind: 'files' }>;

/** Files of the user's from which an image is made. */
export type FileNeed = Pick<FilesRequest, 'key' | 'what' | 'path' | 'context'>;

export function baseFiles(base: ImageBase): FileNeed | undefined {
  return base.kind === 'dockerfile' ? need('dockerfile', base.file, base.context) : undefined;
}

export function layerFiles(layer: LayerDescription): readonly FileNeed[] {
  switch (layer.kind) {
    case 'npm':
      return layer.specs.flatMap((spec) => specFile(spec) ?? []);
    case 'npm-project':
    case 'uv-project':
      return [need(layer.kind, layer.directory)];
    case 'requirements':
      return [need(layer.kind, layer.file)];
    case 'source':
      return [need(layer.kind, layer.from)];
    default:
      return [];
  }
}

/** What a `file:` spec of npm installs. */
export function specFile(spec: string): FileNeed | undefined {
  const path = npmLocalPath(spec);
  return path === undefined ? undefined : need('source', path);
}

/** All that a description needs, with the place of the call that names it. */
export function imageFiles(description: ImageDescription): readonly (FileNeed & { readonly at: Place | undefined })[] {
  const ofBase = baseFiles(description.base);
  return [
    ...(ofBase ? [{ ...ofBase, at: description.at }] : []),
    ...description.layers.flatMap((layer) => layerFiles(layer).map((file) => ({ ...file, at: layer.at }))),
  ];
}

function need(what: FilesRequest['what'], path: string, context?: string): FileNeed {
  return {
    key: JSON.stringify([what, path, ...(context === undefined ? [] : [context])]),
    what,
    path,
    ...(context !== undefined && { context }),
  };
}
