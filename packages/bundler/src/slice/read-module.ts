import { extname } from 'node:path';
import type { Program } from 'oxc-parser';
import type { Observation } from '../observation.ts';
import { pathIn } from '../paths.ts';
import { lineStarts, scriptFile } from '../syntax/parsed-module.ts';
import { takeSyntax } from '../syntax/recent-syntax.ts';
import type { CodeDraft } from './module-draft.ts';
import type { ModuleSyntax } from './module-syntax.ts';
import { readReferences } from './read-references.ts';
import { newUnit, readStatements } from './read-statements.ts';

/** Comments that tools obey. */
const TELLING = /[@#]__(PURE|NO_SIDE_EFFECTS|KEY)__|@jsx/;

export interface ModuleText {
  readonly file: string;
  readonly source: string;
  /** The folder that paths are relative to. */
  readonly root: string;
  /** Those of this file. */
  readonly observations: readonly Observation[];
}

/** Reads what slicing needs to know of a module. What cannot be read is a module that is never taken apart. */
export function readModule(text: ModuleText): ModuleSyntax {
  const module = emptyModule(text);
  try {
    if (scriptFile.test(text.file)) readCode(module, text);
    else module.isWhole = true;
    return module;
  } catch (error) {
    // Code may be nested too deeply to be walked.
    const unread = emptyModule(text);
    keepWhole(unread, (error as Error).message);
    return unread;
  }
}

function readCode(module: CodeDraft, { file, root, source, observations }: ModuleText): void {
  const { program, comments, error, hasModuleSyntax } = takeSyntax(file, root, source);
  if (error !== undefined) return keepWhole(module, error);
  readStatements(module, program);
  readReferences(module, program, observations);
  for (const { start, end, value } of comments) if (!TELLING.test(value)) module.marks.push({ kind: 'comment', start, end });
  module.marks.sort((a, b) => a.start - b.start || b.end - a.end);
  module.isCommonJs = isCommonJs(module, hasModuleSyntax, program);
  const isComplete = observations.filter(({ made }) => made.length > 0).length === module.sites.size;
  if (!isComplete) module.problem = 'a call in it that made a task or an environment was not found';
  if (module.isCommonJs || !isComplete) module.isWhole = true;
}

/** A module whose imports are guessed: too many do no harm, they only keep more. */
function keepWhole(module: CodeDraft, problem: string): void {
  module.isWhole = true;
  module.problem = problem;
  const unit = newUnit(module, { start: 0, end: module.source.length }, { kind: 'code', isBare: true });
  const facts = { kind: 'import', isPattern: false, names: 'all', hidden: false, optional: false, region: undefined } as const;
  const imports = module.source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g);
  for (const { index, 2: specifier = '' } of imports) unit.loads.push({ ...facts, specifier, start: index });
  module.units.push(unit);
}

function emptyModule({ file, source, root }: ModuleText): CodeDraft {
  return {
    file,
    path: pathIn(root, file),
    source,
    lines: lineStarts(source),
    isTypeScript: /\.[cm]?tsx?$/.test(file),
    isWhole: false,
    isCommonJs: false,
    statements: [],
    units: [],
    exportLists: [],
    imports: new Map(),
    exports: new Map(),
    stars: [],
    declared: new Map(),
    writers: new Map(),
    used: new Set(),
    ambient: new Set(),
    sites: new Map(),
    held: new Map(),
    marks: [],
  };
}

function isCommonJs({ ambient, file }: CodeDraft, hasModuleSyntax: boolean, program: Program): boolean {
  if (program.body.some(({ type }) => type === 'TSExportAssignment')) return true;
  if (hasModuleSyntax) return false;
  return ['require', 'module', 'exports'].some((name) => ambient.has(name)) || /^\.c[jt]s$/.test(extname(file));
}
