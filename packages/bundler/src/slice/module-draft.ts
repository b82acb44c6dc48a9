import type { Node } from 'oxc-parser';
import type { CodeSite, ExportSource, Held, Mark, ModuleSyntax, Statement, Unit } from './module-syntax.ts';

/** A module while its statements are read. */
export interface ModuleDraft extends ModuleSyntax {
  isWhole: boolean;
  readonly statements: Statement[];
  readonly units: Unit[];
  readonly exportLists: Unit[];
  readonly imports: Map<string, { readonly unit: Unit; readonly specifier: string; readonly imported: string }>;
  readonly exports: Map<string, ExportSource>;
  readonly stars: Unit[];
  readonly declared: Map<string, Unit[]>;
  readonly marks: Mark[];
}

/** A module while its code is read. */
export interface CodeDraft extends ModuleDraft {
  isCommonJs: boolean;
  problem?: string;
  readonly ambient: Set<string>;
  readonly used: Set<string>;
  readonly writers: Map<string, Set<Unit>>;
  readonly sites: Map<Node, CodeSite>;
  readonly held: Map<string, Held[]>;
}
