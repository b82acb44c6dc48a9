import type { ArrowFunctionExpression, CallExpression, Function, Node } from 'oxc-parser';
import { unwrapped } from '../syntax/patterns.ts';
import type { TrackedFile } from '../load/inputs.ts';
import type { MarkedSite, WrittenTask } from '../load/prepared-project.ts';
import { childrenOf } from '../syntax/walk.ts';
import type { ReadModule } from '../load/prepare/project-reading.ts';
import { docBefore, noDoc } from './doc-comment.ts';
import type { DocComment } from './doc-comment.ts';
import { functionParameters } from './function-parameters.ts';
import { createLookup } from './module-scope.ts';
import type { Found, Lookup, ModuleScope } from './module-scope.ts';
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
  const types = new TypeReader(lookup);
  const tasks: Record<string, WrittenTask> = {};
  for (const site of sites) {
    const scope = lookup.scope(site.file);
    const path = scope ? pathTo(scope.module.program, site) : [];
    const call = path.at(-1);
    if (scope && call?.type === 'CallExpression' && isTaskCall(call)) tasks[site.id] = writtenTask(call, path, scope, lookup, types);
  }
  return { tasks, files: lookup.files };
}

function isTaskCall({ callee }: CallExpression): boolean {
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'task';
}

function writtenTask(call: CallExpression, path: readonly Node[], scope: ModuleScope, lookup: Lookup, types: TypeReader): WrittenTask {
  const last = call.arguments.at(-1);
  const fn = last && findFunction(last, scope, lookup);
  const ownDoc = docAround(path, scope);
  const fnDoc = fn && fn.node !== last ? docBefore(fn.scope.module, declarationStart(fn)) : undefined;
  const doc: DocComment = { ...(fnDoc ?? noDoc), ...ownDoc, params: new Map([...(fnDoc?.params ?? []), ...(ownDoc?.params ?? [])]) };
  return {
    ...(fn ? { parameters: functionParameters(fn.node, fn.scope, types, doc) } : {}),
    ...(doc.description === undefined ? {} : { description: doc.description }),
  };
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
  const statement = scope.module.program.body.find((each) => each.start <= node.start && node.end <= each.end);
  return statement?.start ?? node.start;
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

/** All nodes around a site, the outermost first, its call last. */
function pathTo(program: Node, { start, end }: MarkedSite): readonly Node[] {
  const path: Node[] = [];
  for (let at: Node | undefined = program; at;) {
    path.push(at);
    if (at.start === start && at.end === end && (at.type === 'CallExpression' || at.type === 'NewExpression')) return path;
    at = childrenOf(at).find((child) => child.start <= start && end <= child.end);
  }
  return [];
}
