import type { ImageBase } from '../../model/definition.ts';
import type { ContainerBase } from '../../render/rendering.ts';
import { ownEntry } from '../answers.ts';
import type { Canonical } from '../canonical.ts';

const defaultNode = '22';

export interface ResolvedBase {
  readonly kind: 'debian' | 'reference' | 'dockerfile';
  readonly reference: string;
  /** What a builder that takes a machine as the base has to look at: nothing where nobody asked for a version. */
  readonly onMachine: string;
  /** What was asked for: a major of Node, a minor of Python. */
  readonly asked: { readonly node?: string; readonly python?: string };
  /** What a builder of containers has to know of it. */
  readonly container: ContainerBase;
  /** What counts for the identity. */
  readonly content: Canonical;
}

type Named = Readonly<Record<string, string>> | undefined;

/** `undefined`: nobody knows the name. Of `named`, `node` and `python` stand for what `fromDebianBase` means. */
export function resolveBase(base: ImageBase, named: Named): ResolvedBase | undefined {
  switch (base.kind) {
    case 'debian':
      return debianBase(base.node, base.python, named);
    case 'reference':
      return referenceBase(base.reference, named);
    case 'named': {
      const reference = ownEntry(named, base.name);
      return reference === undefined ? undefined : referenceBase(reference, named);
    }
    case 'dockerfile': {
      const container = { isForeign: true, nodeFrom: nodeImage(defaultNode, named), asksForNode: false };
      return {
        kind: 'dockerfile',
        reference: 'scratch',
        onMachine: 'scratch',
        asked: {},
        container,
        content: { kind: 'dockerfile', ...others(named) },
      };
    }
  }
}

/** Asked for and taken by default are two things: a machine may have another Node where nobody asked for one. */
function debianBase(node: string | undefined, python: string | undefined, named: Named): ResolvedBase {
  const major = node?.split('.')[0];
  const minor = python?.split('.').slice(0, 2).join('.');
  const nodeFrom = nodeImage(major ?? defaultNode, named);
  const reference = minor === undefined ? nodeFrom : withTag(ownEntry(named, 'python') ?? 'python', `${minor}-slim-bookworm`);
  const onMachine = major === undefined && minor === undefined ? 'debian:bookworm-slim' : usualReference(major, minor);
  return {
    kind: 'debian',
    reference,
    onMachine,
    asked: { ...(major !== undefined && { node: major }), ...(minor !== undefined && { python: minor }) },
    container: { isForeign: false, ...(minor !== undefined && { nodeFrom }), asksForNode: minor !== undefined && major !== undefined },
    content: { kind: 'debian', defaultNode, node: major, python: minor, ...others(named) },
  };
}

/** Other images than the usual ones make another image. */
function others(named: Named): { readonly others?: Canonical } {
  const [node, python] = [ownEntry(named, 'node'), ownEntry(named, 'python')];
  return node === undefined && python === undefined ? {} : { others: { node, python } };
}

function usualReference(major: string | undefined, minor: string | undefined): string {
  return minor === undefined ? `node:${major ?? defaultNode}-bookworm-slim` : `python:${minor}-slim-bookworm`;
}

function nodeImage(major: string, named: Named): string {
  return withTag(ownEntry(named, 'node') ?? 'node', `${major}-bookworm-slim`);
}

/** A reference without a tag of its own gets ours. */
function withTag(reference: string, tag: string): string {
  return /(?::[^/]*|@[^/]*)$/.test(reference) ? reference : `${reference}:${tag}`;
}

function referenceBase(reference: string, named: Named): ResolvedBase {
  const hasNode = /(?:^|\/)node(?:[:@]|$)/.test(reference);
  return {
    kind: 'reference',
    reference,
    onMachine: reference,
    asked: {},
    container: { isForeign: true, ...(!hasNode && { nodeFrom: nodeImage(defaultNode, named) }), asksForNode: false },
    content: { kind: 'reference', reference, ...others(named) },
  };
}
