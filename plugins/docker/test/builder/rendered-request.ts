import { createHash } from 'node:crypto';
import { AmbitError, tar } from '@ambit/plugin-api';
import type { BuildContext, BuildRequest, Digest, Layer, LayerEntry, LayerFiles, RenderedInstruction } from '@ambit/plugin-api';

/** What a Dockerfile of a few kinds of layers is like: as much as the tests of a builder need. */
export function renderedRequest(request: BuildRequest): BuildRequest {
  const instructions = request.layers.flatMap((layer, index): readonly RenderedInstruction[] =>
    index < request.parentLayers ? [] : instructionsOf(layer, index),
  );
  const text = ['ARG AMBIT_BASE', 'FROM ${AMBIT_BASE}', ...instructions.map((each) => each.text), ''].join('\n');
  const context = contextOf(text, request.files);
  const { reference, digest } = request.base;
  const base = digest === undefined ? reference : `${reference}@${digest}`;
  return { ...request, rendered: { steps: [{ dockerfile: 'Dockerfile', context, base, args: {}, instructions }] } };
}

export function contextOf(dockerfile: string, files: readonly LayerFiles[] = []): BuildContext {
  const content = Buffer.from(dockerfile);
  const own: LayerEntry = { path: 'Dockerfile', kind: 'file', mode: 0o644, size: content.length, digest: digestOf(content) };
  const placed = files.flatMap((from) => from.entries.map((entry) => ({ from, entry, path: `${folderOf(from.digest)}/${entry.path}` })));
  const read = async (path: string, signal: AbortSignal): Promise<Uint8Array> => {
    if (path === own.path) return content;
    const found = placed.find((each) => each.path === path);
    if (found?.entry.kind !== 'file') throw new Error(`there is no file ${path}`);
    return unchanged(found.from, found.entry, signal);
  };
  const entries = [own, ...placed.map(({ entry, path }) => ({ ...entry, path }))];
  const filesOnly = entries.filter(({ kind }) => kind === 'file');
  async function* stream(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield await read(path, signal);
  }
  return {
    digest: digestOf(content),
    entries,
    open: (signal) => tar(filesOnly, (path) => stream(path, signal)),
    read: stream,
  };
}

function instructionsOf(layer: Layer, index: number): readonly RenderedInstruction[] {
  switch (layer.kind) {
    case 'env':
      return Object.entries(layer.variables).map(([name, value]) => ({ layer: index, text: `ENV ${name}=${JSON.stringify(value)}`, name }));
    case 'commands':
      return layer.commands.map((command) => ({ layer: index, text: `RUN ${command}`, name: command }));
    case 'source':
      return [{ layer: index, text: `COPY ${folderOf(layer.files)}/ ${layer.to}/`, name: `copy to ${layer.to}` }];
    case 'dockerfile':
      return [];
    default:
      throw new Error(`tests render no ${layer.kind}`);
  }
}

async function unchanged(from: LayerFiles, entry: Extract<LayerEntry, { kind: 'file' }>, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of from.read(entry.path, signal)) chunks.push(chunk);
  } catch {
    throw changed(entry.path);
  }
  const content = Buffer.concat(chunks);
  if (digestOf(content) !== entry.digest) throw changed(entry.path);
  return content;
}

function changed(path: string): AmbitError {
  return new AmbitError('AMBIT_BUILD_FILES_CHANGED', `The file ${path} was changed.`, { hint: 'Plan again.', facts: { path } });
}

export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function folderOf(digest: Digest): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}
