import type { Layer, LayerEntry } from '@ambit/plugin-api';
import { entryAt, sortedContext, textEntry } from './context-entries.ts';
import { Draft } from './draft.ts';
import { imageManifest } from './image-manifest.ts';
import { filesMissing } from './layer-content.ts';
import { bringNode, renderNpm, renderNpmProject } from './npm-layers.ts';
import { renderApt, renderCommands, renderEnv, renderSource, renderUser, renderWorkdir } from './other-layers.ts';
import { MANIFEST } from './places.ts';
import { renderPip, renderRequirements, renderUvProject } from './python-layers.ts';
import type { ContextEntry, Described, RenderRequest, StepRendering } from './rendering.ts';

/** An image, or what it adds to its parent, as Dockerfiles. The same for the same request. */
export function renderImage(request: RenderRequest): readonly StepRendering[] {
  const { layers, parentLayers } = request;
  const [first] = layers;
  const own = first?.kind === 'dockerfile' && parentLayers === undefined ? [ownStep(first, request)] : [];
  return [...own, renderedStep(request)];
}

/** A Dockerfile of the user's, in a context of its own. */
function ownStep(layer: Extract<Layer, { kind: 'dockerfile' }>, { files }: RenderRequest): StepRendering {
  const found = filesOfDockerfile(layer, files);
  const prefix = 'context/';
  const inside = found.entries
    .filter(({ path }) => path.startsWith(prefix))
    .map((entry) => entryAt(entry.path.slice(prefix.length), entry, found));
  const file = found.entries.find(({ path }) => path === 'Dockerfile');
  const dockerfile = nameOfDockerfile(inside, file);
  const isInside = inside.some(({ entry }) => entry.path === dockerfile);
  const context = file && !isInside ? [...inside, entryAt(dockerfile, file, found)] : inside;
  const { target, args } = layer;
  return { dockerfile, context: sortedContext(context), ...(target !== undefined && { target }), args, instructions: [] };
}

/** Where the context has it already, it is not put there again: `COPY .` takes all that there is. */
function nameOfDockerfile(context: readonly ContextEntry[], file: LayerEntry | undefined): string {
  const same = context.find(({ entry }) => file?.kind === 'file' && entry.kind === 'file' && entry.digest === file.digest);
  if (same) return same.entry.path;
  const taken = new Set(context.map(({ entry }) => entry.path));
  let name = 'Dockerfile';
  for (let number = 1; taken.has(name); number += 1) name = `Dockerfile.ambit${number === 1 ? '' : number}`;
  return name;
}

function renderedStep(request: RenderRequest): StepRendering {
  const { reference, base, layers, parentLayers, files, mounts } = request;
  const draft = new Draft({ base, files, mounts });
  draft.isInParent = parentLayers !== undefined;
  if (base.asksForNode) bringNode(draft);
  for (const [index, layer] of layers.entries()) {
    if (index === parentLayers) draft.endParent();
    draft.layer = index;
    renderLayer(draft, layer);
  }
  if (parentLayers === layers.length) draft.endParent();
  draft.layer = undefined;
  draft.asUser();
  draft.write(MANIFEST, 'image.json', `${JSON.stringify(imageManifest(layers, draft.workdir), undefined, 2)}\n`);
  const lines = [`ARG AMBIT_BASE=${reference}`, 'FROM ${AMBIT_BASE}', ...draft.instructions.map(({ text }) => text)];
  const { settings, args, instructions } = draft;
  const context = sortedContext([...draft.context, textEntry('Dockerfile', `${lines.join('\n')}\n`)]);
  return { dockerfile: 'Dockerfile', context, base: reference, args, instructions, ...(settings.length > 0 && { settings }) };
}

function renderLayer(draft: Draft, layer: Layer): void {
  switch (layer.kind) {
    case 'apt':
      return renderApt(draft, layer);
    case 'npm':
      return renderNpm(draft, layer);
    case 'npm-project':
      return renderNpmProject(draft, layer);
    case 'pip':
      return renderPip(draft, layer);
    case 'requirements':
      return renderRequirements(draft, layer);
    case 'uv-project':
      return renderUvProject(draft, layer);
    case 'env':
      return renderEnv(draft, layer);
    case 'workdir':
      return renderWorkdir(draft, layer);
    case 'user':
      return renderUser(draft, layer);
    case 'commands':
      return renderCommands(draft, layer);
    case 'source':
      return renderSource(draft, layer);
    case 'dockerfile':
      // A step of its own.
      return undefined;
  }
}

function filesOfDockerfile({ files: digest }: { readonly files: Described['digest'] }, files: RenderRequest['files']): Described {
  const found = files.of(digest);
  if (found) return found;
  throw filesMissing('The Dockerfile', 0);
}
