import type { Layer, LayerEntry } from '@ambit/plugin-api';
import { renderImage } from '../../src/index.ts';
import type { Described, RenderRequest, StepRendering } from '../../src/index.ts';
import { digestOf } from '../plan/scene.ts';

export const onNode: Pick<RenderRequest, 'reference' | 'base'> = {
  reference: 'node:22-bookworm-slim',
  base: { isForeign: false, asksForNode: false },
};
export const onPython: Pick<RenderRequest, 'reference' | 'base'> = {
  reference: 'python:3.11-slim-bookworm',
  base: { isForeign: false, nodeFrom: 'node:22-bookworm-slim', asksForNode: false },
};
export const onForeign: Pick<RenderRequest, 'reference' | 'base'> = {
  reference: 'registry.test/cuda:12',
  base: { isForeign: true, nodeFrom: 'node:22-bookworm-slim', asksForNode: false },
};

/** Files of these paths, of mode 0644. */
export function described(...paths: readonly string[]): Described {
  const entries = paths.map((path): LayerEntry => ({ path, kind: 'file', mode: 0o644, size: path.length, digest: digestOf(path) }));
  return { digest: digestOf(JSON.stringify(paths)), entries };
}

export function filesOf(...all: readonly Described[]): RenderRequest['files'] {
  return { of: (digest) => all.find((each) => each.digest === digest), package: () => all[0] };
}

export function render(layers: readonly Layer[], request: Partial<RenderRequest> = {}): StepRendering {
  return renderSteps(layers, request).at(-1)!;
}

export function renderSteps(layers: readonly Layer[], request: Partial<RenderRequest> = {}): readonly StepRendering[] {
  return renderImage({ ...onNode, layers, files: filesOf(), mounts: true, ...request });
}

export function textOf({ context }: StepRendering, path: string): string {
  const content = context.find(({ entry }) => entry.path === path)?.content;
  return content && 'text' in content ? content.text : '';
}

export function linesOf(step: StepRendering): readonly string[] {
  return textOf(step, step.dockerfile).trimEnd().split('\n');
}

/** What a line says, read as a builder reads it. */
export interface Instruction {
  readonly word: string;
  readonly flags: readonly string[];
  /** Of a line in JSON. */
  readonly args?: readonly string[];
  /** Of ENV. */
  readonly env?: Readonly<Record<string, string>>;
  readonly rest: string;
}

export function read(line: string): Instruction {
  const [, word = '', written = ''] = /^([A-Z]+) (.*)$/s.exec(line) ?? [];
  let rest = written;
  const flags: string[] = [];
  for (let flag = /^(--\S+) /.exec(rest); flag; flag = /^(--\S+) /.exec(rest)) {
    flags.push(flag[1]!);
    rest = rest.slice(flag[0].length);
  }
  const args = rest.startsWith('[') ? (JSON.parse(rest) as string[]) : undefined;
  return { word, flags, rest, ...(args && { args }), ...(word === 'ENV' && { env: variables(rest) }) };
}

/** `A="…" B="…"`: within quotes, `\` before `"`, `\` and `$` takes the sign as it is; what is left of `$` would be replaced. */
function variables(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const rest = text.replace(/(\w+)="((?:[^"\\]|\\.)*)"(?: |$)/gy, (_, name: string, value: string) => {
    found[name] = value.replace(/\\(["\\$])|\$/g, (sign: string, taken: string | undefined) => taken ?? `<${sign}>`);
    return '';
  });
  if (rest !== '') throw new TypeError(`These are no variables: ${rest}`);
  return found;
}

/** A word of COPY or WORKDIR, after variables are replaced and quotes taken off. */
export function word(text: string): string {
  const inner = /^"(.*)"$/s.exec(text)?.[1];
  const marked = (sign: string, taken: string | undefined): string => taken ?? `<${sign}>`;
  return inner === undefined ? text.replace(/\\(.)|["'$]/gs, marked) : inner.replace(/\\(["\\$])|["$]/g, marked);
}
