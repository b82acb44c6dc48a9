import type { ImageBase, LayerDescription } from '../../model/definition.ts';
import { lastSegment } from '../../model/path.ts';
import type { FileFacts } from '../plan.ts';
import { npmLocalPath } from './package-names.ts';

const longest = 100;

/** A layer for people, in a few words; no folder of this machine is in it. */
export function layerSummary(layer: LayerDescription, facts: FileFacts | undefined): string {
  switch (layer.kind) {
    case 'apt':
      return shorten(layer.packages.join(', '));
    case 'npm':
      return shorten(layer.specs.map(withoutFolder).join(', '));
    case 'pip':
      return shorten(layer.specs.join(', '));
    case 'npm-project':
      return `package.json ${facts?.lock === true ? 'with its' : 'without a'} lock file`;
    case 'requirements':
      return lastSegment(layer.file);
    case 'uv-project':
      return ['pyproject.toml', ...layer.groups].join(', ');
    case 'env':
      return shorten(Object.keys(layer.variables).sort().join(', '));
    case 'workdir':
      return layer.directory;
    case 'user':
      return layer.name;
    case 'commands':
      return shorten(layer.commands.map((command) => command.trim().replace(/\s*\n\s*/g, '; ')).join('; '));
    case 'source':
      return `files to ${layer.to === '.' ? 'the workdir' : layer.to}`;
  }
}

export function baseSummary({ file, target }: Extract<ImageBase, { kind: 'dockerfile' }>): string {
  return target === undefined ? lastSegment(file) : `${lastSegment(file)}, stage ${target}`;
}

function withoutFolder(spec: string): string {
  const path = npmLocalPath(spec);
  return path === undefined ? spec : spec.replace(path, lastSegment(path));
}

function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}
