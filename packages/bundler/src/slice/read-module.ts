import { extname, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Program } from 'oxc-parser';
import type { Observation } from '../observation.ts';
import type { CodeDraft } from './module-draft.ts';
import type { ModuleSyntax } from './module-syntax.ts';
import { readReferences } from './read-references.ts';
import { newUnit, readStatements } from './read-statements.ts';

const CODE = /\.[cm]?[jt]sx?$/;
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
    if (CODE.test(text.file)) readCode(module, text.observations);
    else module.isWhole = true;
    return module;
  } catch (error) {
    // Code may be nested too deeply to be walked.
    const unread = emptyModule(text);
    keepWhole(unread, (error as Error).message);
    return unread;
  }
}

function readCode(module: CodeDraft, observations: readonly Observation[]): void {
  const result = parseSync(module.file, module.source, { preserveParens: false });
  const error = result.errors.find(({ severity }) => (severity as string) === 'Error');
  if (error) return keepWhole(module, error.message);
  readStatements(module, result.program);
  readReferences(module, result.program, observations);
  module.comments.push(...result.comments.filter(({ value }) => !TELLING.test(value)));
  module.isCommonJs = isCommonJs(module, result.module.hasModuleSyntax, result.program);
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
    path: relative(root, file).split(sep).join('/'),
    source,
    isTypeScript: /\.[cm]?tsx?$/.test(file),
    isWhole: false,
    isCommonJs: false,
    statements: [],
    units: [],
    imports: new Map(),
    exports: new Map(),
    stars: [],
    declared: new Map(),
    writers: new Map(),
    used: new Set(),
    ambient: new Set(),
    sites: new Map(),
    mainCalls: [],
    neverTaken: [],
    assets: [],
    comments: [],
  };
}

function isCommonJs({ ambient, file }: CodeDraft, hasModuleSyntax: boolean, program: Program): boolean {
  if (program.body.some(({ type }) => type === 'TSExportAssignment')) return true;
  if (hasModuleSyntax) return false;
  return ['require', 'module', 'exports'].some((name) => ambient.has(name)) || /^\.c[jt]s$/.test(extname(file));
}
