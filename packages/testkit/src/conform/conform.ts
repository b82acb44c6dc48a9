import type { Plugin } from '@ambit/plugin-api';
import { builderClauses } from '../clauses/builder-clauses.ts';
import type { Clause, Disposable } from '../clauses/clause.ts';
import { executorClauses } from '../clauses/executor-clauses.ts';
import { objectStoreClauses } from '../clauses/object-store-clauses.ts';
import { checkedPlugin, madePlugin, pluginClauses, pluginRoles } from '../clauses/plugin-clauses.ts';
import { runStoreClauses } from '../clauses/run-store-clauses.ts';
import { sharedStateClauses } from '../clauses/shared-state-clauses.ts';
import { totalsOf } from './conformance-report.ts';
import type { ClauseResult, ConformanceReport, ConformanceRole, RoleReport } from './conformance-report.ts';
import { trackedGrounds } from './conformance-tools.ts';
import type { Conformance, ConformanceTools, MakeContext } from './conformance-tools.ts';
import { builderContexts } from './generic-builder.ts';
import { executorContexts } from './generic-executor.ts';
import { objectStoreContext, runStoreContext, sharedStateContext } from './generic-stores.ts';
import { pluginContext } from './plugin-context.ts';
import { runLimited } from './run-limited.ts';
import { catchStrayErrors } from './stray-errors.ts';
import type { StrayErrors } from './stray-errors.ts';

/** A module of a plugin, as `import()` gives it. */
export interface ConformanceModule {
  /** A plugin, or a factory of one that is called without options. */
  readonly default?: unknown;
  readonly conformance?: Conformance;
}

export interface ConformOptions {
  readonly tools: ConformanceTools;
  /** A clause that takes longer is cut off, and has failed. A minute where left out. */
  readonly limitMs?: number;
  /** How long clauses wait for what has to happen, where their contexts do not say so. 15 s where left out. */
  readonly patienceMs?: number;
  /** Told of each result as it comes. */
  readonly onResult?: (role: ConformanceRole, result: ClauseResult) => void;
  /** Heeded between clauses: rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Runs all clauses that the plugin of a module has to keep. Whatever the plugin does, there is a report. */
export async function conform(module: ConformanceModule, options: ConformOptions): Promise<ConformanceReport> {
  const strays = catchStrayErrors();
  const grounds = trackedGrounds(options.tools);
  try {
    const roles: RoleReport[] = [];
    for (const run of suitesOf(module, { ...options, tools: grounds.tools }, strays)) roles.push(await run());
    return {
      version: 1,
      plugin: nameOf(module.default),
      roles,
      unchecked: pluginRoles.filter((role) => role === 'secrets' && hasRole(pluginOf(module.default), role)),
      totals: totalsOf(roles.flatMap(({ results }) => results)),
    };
  } finally {
    // A clause that was cut off may have gone on meanwhile.
    await grounds.dispose();
    strays.close();
  }
}

type Suite = () => Promise<RoleReport>;

/** One suite for the plugin itself, and one for each role that it offers. */
function suitesOf({ default: exported, conformance = {} }: ConformanceModule, options: ConformOptions, strays: StrayErrors): Suite[] {
  const plugin = pluginOf(exported);
  const suite =
    <Context extends Disposable>(role: ConformanceRole, clauses: readonly Clause<Context>[], context: MakeContext<Context>): Suite =>
    () =>
      runSuite({ role, clauses, context }, options, strays);
  const { builder, executor, runs, shared, objects } = conformance;
  const suites = [suite('plugin', pluginClauses, (tools) => pluginContext(exported, tools))];
  if (hasRole(plugin, 'builder')) suites.push(suite('builder', builderClauses, builder ?? builderContexts(plugin)));
  if (hasRole(plugin, 'executor')) suites.push(suite('executor', executorClauses, executor ?? executorContexts(plugin)));
  if (hasRole(plugin, 'runs')) suites.push(suite('runs', runStoreClauses, runs ?? ((tools) => runStoreContext(plugin, tools))));
  if (hasRole(plugin, 'shared')) suites.push(suite('shared', sharedStateClauses, shared ?? ((tools) => sharedStateContext(plugin, tools))));
  if (hasRole(plugin, 'objects'))
    suites.push(suite('objects', objectStoreClauses, objects ?? ((tools) => objectStoreContext(plugin, tools))));
  return suites;
}

async function runSuite<Context extends Disposable>(
  { role, clauses, context }: { role: ConformanceRole; clauses: readonly Clause<Context>[]; context: MakeContext<Context> },
  { tools, limitMs = 60_000, patienceMs, onResult, signal }: ConformOptions,
  strays: StrayErrors,
): Promise<RoleReport> {
  const results: ClauseResult[] = [];
  for (const clause of clauses) {
    signal?.throwIfAborted();
    const limits = { limitMs, strays, ...(patienceMs === undefined ? {} : { patienceMs }) };
    const grounds = trackedGrounds(tools);
    const result = await runLimited(clause, () => context(grounds.tools), limits);
    await grounds.dispose();
    results.push(result);
    onResult?.(role, result);
  }
  return { role, results };
}

/** Undefined where it is none: its own clauses say why. */
function pluginOf(exported: unknown): Plugin | undefined {
  try {
    return checkedPlugin(exported);
  } catch {
    return undefined;
  }
}

function hasRole<Role extends keyof Plugin>(plugin: Plugin | undefined, role: Role): plugin is Plugin & Required<Pick<Plugin, Role>> {
  try {
    return typeof plugin?.[role] === 'function';
  } catch {
    return false;
  }
}

function nameOf(exported: unknown): ConformanceReport['plugin'] {
  try {
    const { type, apiVersion } = madePlugin(exported) as Partial<Record<string, unknown>>;
    return { type: typeof type === 'string' ? type : '', apiVersion: typeof apiVersion === 'number' ? apiVersion : 0 };
  } catch {
    return { type: '', apiVersion: 0 };
  }
}
