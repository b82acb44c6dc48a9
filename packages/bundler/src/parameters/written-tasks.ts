import type { ArrowFunctionExpression, CallExpression, Function, Node } from 'oxc-parser';
import { keyName, unwrapped } from '../syntax/patterns.ts';
import type { TrackedFile } from '../load/inputs.ts';
import type { MarkedSite, WrittenTask } from '../load/prepared-project.ts';
import type { Parameter } from '../project.ts';
import { lastUpTo } from '../syntax/sorted.ts';
import { childrenOf } from '../syntax/walk.ts';
import type { ReadModule } from '../load/prepare/project-reading.ts';
import { docBefore, noDoc } from './doc-comment.ts';
import type { DocComment } from './doc-comment.ts';
import { described, functionParameters } from './function-parameters.ts';
import { createLookup } from './module-scope.ts';
import type { Found, Lookup, ModuleScope } from './module-scope.ts';
import { SchemaReader } from './schema-syntax.ts';
import { TypeReader } from './type-shape.ts';

export interface WrittenTasks {
  /** By id of the site that may make the task. */
  readonly tasks: Readonly<Record<string, WrittenTask>>;
  /** Files that only types were read from. */
  readonly files: readonly TrackedFile[];
}

/** What the code at each call of `task` says: parameters of the function, and comments. */
export function writtenTasks(modules: ReadonlyMap<string, ReadModule>, sites: readonly MarkedSite[], root: string): WrittenTasks {
  const lookup = createLookup(modules, root);
  const readers: Readers = { lookup, types: new TypeReader(lookup), schemas: new SchemaReader(lookup) };
  const tasks: Record<string, WrittenTask> = {};
  for (const site of sites) {
    const scope = lookup.scope(site.file);
    const path = scope ? pathTo(scope.module.program, site) : [];
    const call = path.at(-1);
    if (scope && call?.type === 'CallExpression' && isTaskCall(call)) tasks[site.id] = writtenTask(call, path, scope, readers);
  }
  return { tasks, files: lookup.files };
}

function isTaskCall({ callee }: CallExpression): boolean {
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'task';
}

interface Readers {
  readonly lookup: Lookup;
  readonly types: TypeReader;
  readonly schemas: SchemaReader;
}

function writtenTask(call: CallExpression, path: readonly Node[], scope: ModuleScope, readers: Readers): WrittenTask {
  const last = call.arguments.at(-1);
  const fn = last && findFunction(last, scope, readers.lookup);
  const ownDoc = docAround(path, scope);
  const fnDoc = fn && fn.node !== last ? docBefore(fn.scope.module, declarationStart(fn)) : undefined;
  const doc: DocComment = { ...(fnDoc ?? noDoc), ...ownDoc, params: new Map([...(fnDoc?.params ?? []), ...(ownDoc?.params ?? [])]) };
  const fields = schemaFields(call, scope, readers)?.map((field) => described(field, doc));
  return {
    ...(fn ? { parameters: functionParameters(fn.node, fn.scope, readers.types, doc) } : {}),
    ...(fields ? { input: { name: 'input', kind: 'object', fields, optional: false, rest: false } } : {}),
    ...(doc.description === undefined ? {} : { description: doc.description }),
  };
}

/** What the input schema among the options of a task takes. */
function schemaFields(
  { arguments: args }: CallExpression,
  scope: ModuleScope,
  { lookup, schemas }: Readers,
): readonly Parameter[] | undefined {
  const written = args.length > 2 && args[1] && unwrapped(args[1]);
  if (!written) return undefined;
  const named = written.type === 'Identifier' ? lookup.value(written.name, scope) : undefined;
  const options = named ? { node: unwrapped(named.node), scope: named.scope } : { node: written, scope };
  if (options.node.type !== 'ObjectExpression') return undefined;
  const input = options.node.properties.find((each) => each.type === 'Property' && !each.computed && keyName(each.key) === 'input');
  return input?.type === 'Property' ? schemas.object(input.value, options.scope) : undefined;
}

type FunctionNode = Function | ArrowFunctionExpression;

function findFunction(node: Node, scope: ModuleScope, lookup: Lookup): Found<FunctionNode> | undefined {
  const plain = unwrapped(node);
  if (isFunction(plain)) return { node: plain, scope };
  if (plain.type !== 'Identifier') return undefined;
  const found = lookup.value(plain.name, scope);
  const value = found && unwrapped(found.node);
  return value && isFunction(value) ? { node: value, scope: found.scope } : undefined;
}

function isFunction(node: Node): node is FunctionNode {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';
}

function declarationStart({ node, scope }: Found<FunctionNode>): number {
  const { body } = scope.module.program;
  return body[lastUpTo(body, node.start)]?.start ?? node.start;
}

/** In these, what stands beside a call is not about it. */
const containers = new Set(['Program', 'BlockStatement', 'StaticBlock', 'ClassBody', 'ObjectExpression', 'ArrayExpression']);

/** The comment of the call, or of the declaration that it is the value of. */
function docAround(path: readonly Node[], scope: ModuleScope): DocComment | undefined {
  for (const node of path.toReversed()) {
    if (containers.has(node.type)) return undefined;
    const doc = docBefore(scope.module, node.start);
    if (doc) return doc;
  }
  return undefined;
}

/** There may be thousands of statements. */
function partsAround(node: Node, offset: number): readonly Node[] {
  if (node.type !== 'Program') return childrenOf(node);
  const statement = node.body[lastUpTo(node.body, offset)];
  return statement ? [statement] : [];
}

/** All nodes around a site, the outermost first, its call last. */
function pathTo(program: Node, { start, end }: MarkedSite): readonly Node[] {
  const path: Node[] = [];
  for (let at: Node | undefined = program; at;) {
    path.push(at);
    if (at.start === start && at.end === end && (at.type === 'CallExpression' || at.type === 'NewExpression')) return path;
    at = partsAround(at, start).find((child) => child.start <= start && end <= child.end);
  }
  return [];
}
