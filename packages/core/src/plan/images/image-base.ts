import type { ImageBase } from '../../model/definition.ts';
import { ownEntry } from '../answers.ts';
import type { Canonical } from '../canonical.ts';

const defaultNode = '22';

export interface ResolvedBase {
  readonly kind: 'debian' | 'reference' | 'dockerfile';
  readonly reference: string;
  /** What a builder that takes a machine as the base has to look at: nothing where nobody asked for a version. */
  readonly onMachine: string;
  /** What counts for the identity. */
  readonly content: Canonical;
}

/** `undefined`: nobody knows the name. */
export function resolveBase(base: ImageBase, named: Readonly<Record<string, string>> | undefined): ResolvedBase | undefined {
  switch (base.kind) {
    case 'debian':
      return debianBase(base.node, base.python);
    case 'reference':
      return referenceBase(base.reference);
    case 'named': {
      const reference = ownEntry(named, base.name);
      return reference === undefined ? undefined : referenceBase(reference);
    }
    case 'dockerfile':
      return { kind: 'dockerfile', reference: 'scratch', onMachine: 'scratch', content: { kind: 'dockerfile' } };
  }
}

/** Asked for and taken by default are two things: a machine may have another Node where nobody asked for one. */
function debianBase(node: string | undefined, python: string | undefined): ResolvedBase {
  const major = node?.split('.')[0];
  const minor = python?.split('.').slice(0, 2).join('.');
  const reference = minor === undefined ? `node:${major ?? defaultNode}-bookworm-slim` : `python:${minor}-slim-bookworm`;
  return {
    kind: 'debian',
    reference,
    onMachine: major === undefined && minor === undefined ? 'debian:bookworm-slim' : reference,
    content: { kind: 'debian', defaultNode, node: major, python: minor },
  };
}

function referenceBase(reference: string): ResolvedBase {
  return { kind: 'reference', reference, onMachine: reference, content: { kind: 'reference', reference } };
}
