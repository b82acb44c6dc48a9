import type { CallExpression, Expression, NewExpression, Node } from 'oxc-parser';
import type { Observation } from '../observation.ts';

/** A stretch of a file, by offsets in its text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Code runs with its unit, when the function is called that the unit is, or sometime: in a method, in a function of a function. */
export type When = 'now' | 'called' | 'later';

/** The call of an observation, found in the code. */
export interface CodeSite extends Span {
  readonly node: CallExpression | NewExpression;
  readonly observation: Observation;
  /** Its last argument, the function of a task. Absent where there is none, or where arguments are spread. */
  readonly fn?: Argument;
  /** The code of the schemas that the task has. */
  readonly schemas?: SchemaCode;
  /** What is called or constructed, or whose method: where that stands for the same in the whole module. */
  readonly subject?: Node;
  /** What it stands in. */
  readonly region: Region | undefined;
  readonly unit: Unit;
  readonly when: When;
  /** Nothing is done there with what it makes: it is dropped, or names hold it. */
  readonly isHeld: boolean;
}

/** An expression that may stand for itself, or, as a sequence, needs parentheses. */
export interface Argument extends Span {
  readonly isSequence: boolean;
}

/** Schemas that are written out in the options of a task, or, where that cannot be told, all of the options. */
export type SchemaCode =
  | { readonly kind: 'listed'; readonly values: readonly (Argument & { readonly name: string })[] }
  | { readonly kind: 'options'; readonly names: readonly string[]; readonly options: Argument };

/**
 * Code whose fate hangs on something around it: a site's call, what of the call a definition keeps (its function, its schemas), or
 * a condition that is never true in a bundle.
 */
export type Region =
  | { readonly kind: 'never'; readonly outer: Region | undefined }
  | { readonly kind: 'call' | 'kept'; readonly site: CodeSite; readonly outer: Region | undefined };

/** A use of a top-level name of the same module. */
export interface Reference {
  readonly name: string;
  /** Of `name.a.b`, `a` and `b`: no more of the name is used. */
  readonly path: readonly string[];
  readonly start: number;
  readonly region: Region | undefined;
  readonly when: When;
  /** It is called, itself and not a member of it. */
  readonly isCalled: boolean;
  /** Nothing is done with it there: it is dropped, or names hold it. */
  readonly isHeld: boolean;
}

/** What a top-level name stands for, or a part of it: what a name stands for, or what a call makes. */
export interface Held {
  /** Where below the name; undefined for an element of a list, whichever it is. */
  readonly path: readonly (string | undefined)[];
  readonly value: CodeSite | Reference;
}

/** A module that code asks for while it runs: `import('x')`, `require('x')`. */
export interface Load {
  readonly kind: 'import' | 'require';
  /** Of `import('./x/' + name)`, the beginning. */
  readonly specifier: string;
  /** Any module whose path begins so. */
  readonly isPattern: boolean;
  /** Which exports are used. */
  readonly names: 'all' | 'none' | readonly string[];
  /** Made by `createRequire`, so that esbuild does not see it. */
  readonly hidden: boolean;
  /** Guarded by `try` or `catch`. */
  readonly optional: boolean;
  readonly start: number;
  readonly region: Region | undefined;
}

/** The literal of `new URL('./x', import.meta.url)`, or of another way to a file beside the module. */
export interface AssetUse extends Span {
  readonly unit: Unit;
  readonly specifier: string;
  readonly region: Region | undefined;
}

/** A stretch of a module that is something else in a bundle. */
export type Mark = Span &
  (
    | { readonly kind: 'comment' }
    | { readonly kind: 'site'; readonly site: CodeSite }
    | { readonly kind: 'asset'; readonly use: AssetUse }
    /** What a statement imports from. */
    | { readonly kind: 'source'; readonly specifier: string }
    /** A call of `isMain`. */
    | { readonly kind: 'main'; readonly region: Region | undefined }
    /** A branch that is never taken in a bundle. */
    | { readonly kind: 'never'; readonly isStatement: boolean; readonly region: Region | undefined }
  );

export interface ImportedName {
  readonly local: string;
  /** `*` for the namespace. */
  readonly imported: string;
}

export interface ReexportedName {
  readonly exported: string;
  /** `*` for the namespace. */
  readonly imported: string;
}

/** What lives and dies together: a top-level statement, or one declarator of it. */
export interface Unit extends Span {
  readonly module: ModuleSyntax;
  readonly kind: 'import' | 'reexport' | 'export-list' | 'code' | 'type';
  /** What an import or a re-export asks for. */
  readonly specifier?: string;
  readonly sourceStart?: number;
  readonly imported?: readonly ImportedName[];
  /** Of `export * from`, neither this nor `imported`. */
  readonly reexported?: readonly ReexportedName[];
  /** Of `export { x as y }`. */
  readonly listed?: readonly { readonly exported: string; readonly local: string }[];
  /** The top-level names that it declares. */
  readonly names: Set<string>;
  /** It is there for its effect: an expression, a loop. */
  readonly isBare: boolean;
  /** Evaluating it has no effect but its names. */
  readonly isPure: boolean;
  /** It is a statement that only evaluates this. */
  readonly expression?: Expression;
  /** It is one variable, or a default export, and this is its value. */
  readonly value?: { readonly initialiser?: Expression };
  readonly references: Reference[];
  /** What it takes of `this`, where that may be the object or the class that the unit is. */
  readonly ownReferences: Reference[];
  readonly loads: Load[];
  readonly sites: CodeSite[];
  readonly assets: AssetUse[];
}

/** A top-level statement: one unit, or one for each of several declarators. */
export interface Statement extends Span {
  readonly units: readonly Unit[];
}

export type ExportSource =
  | { readonly kind: 'local'; readonly local: string }
  | { readonly kind: 'from'; readonly unit: Unit; readonly specifier: string; readonly imported: string };

/** What slicing needs to know of a module; the same for all environments. */
export interface ModuleSyntax {
  /** Absolute. */
  readonly file: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly source: string;
  /** Where lines begin. */
  readonly lines: readonly number[];
  readonly isTypeScript: boolean;
  /** CommonJS, data, or not to be understood: never taken apart. */
  readonly isWhole: boolean;
  readonly isCommonJs: boolean;
  /** Why it could not be understood. */
  readonly problem?: string;
  readonly statements: readonly Statement[];
  /** Those of all statements. */
  readonly units: readonly Unit[];
  /** `export { x as y }`. */
  readonly exportLists: readonly Unit[];
  readonly imports: ReadonlyMap<string, { readonly unit: Unit; readonly specifier: string; readonly imported: string }>;
  readonly exports: ReadonlyMap<string, ExportSource>;
  readonly stars: readonly Unit[];
  readonly declared: ReadonlyMap<string, readonly Unit[]>;
  /** Units that assign to a top-level name when they are evaluated. */
  readonly writers: ReadonlyMap<string, ReadonlySet<Unit>>;
  /** All names that are used anywhere in the module. */
  readonly used: ReadonlySet<string>;
  readonly sites: ReadonlyMap<Node, CodeSite>;
  /** By top-level name. */
  readonly held: ReadonlyMap<string, readonly Held[]>;
  /** In the order of the text, outer ones first. */
  readonly marks: readonly Mark[];
  /** Names that CommonJS has in every module, used without being declared. */
  readonly ambient: ReadonlySet<string>;
}
