import assert from 'node:assert/strict';
import type { Plugin, PluginHost } from '@ambit/plugin-api';
import { clause } from './clause.ts';
import type { Clause, Disposable } from './clause.ts';

export interface PluginContext extends Disposable {
  /** What a module exports by default. */
  readonly exported: unknown;
  /** What roles are made with: nothing lies in its folders yet. */
  readonly host: PluginHost;
  /** What lies in these folders by now. */
  entries(): Promise<readonly string[]>;
}

/** The members that an implementation must have, by role. */
const members = {
  builder: ['describe', 'exists', 'build', 'dispose'],
  executor: ['describe', 'preflight', 'reserve', 'start', 'find', 'observe', 'connect', 'stop', 'release', 'list', 'dispose'],
  runs: [
    'open',
    'acquire',
    'renew',
    'append',
    'release',
    'read',
    'follow',
    'list',
    'request',
    'requests',
    'writeLog',
    'readLog',
    'delete',
    'dispose',
  ],
  shared: ['lease', 'renew', 'unlease', 'dispose'],
  objects: ['put', 'get', 'stat', 'list', 'delete', 'dispose'],
  secrets: ['has', 'get', 'dispose'],
} as const;

type Role = keyof typeof members;
export const pluginRoles = Object.keys(members) as readonly Role[];

/** What a module exports, or its factory gives. It may be anything. */
export function madePlugin(exported: unknown): unknown {
  return typeof exported === 'function' ? (exported as () => unknown)() : exported;
}

/** A plugin, as far as its form goes. */
export function checkedPlugin(exported: unknown): Plugin {
  const plugin = madePlugin(exported);
  assert.ok(typeof plugin === 'object' && plugin !== null, `the default export is no plugin and no factory of one: ${typeof plugin}`);
  const { type, apiVersion } = plugin as Partial<Plugin>;
  assert.ok(typeof type === 'string' && type !== '', 'its "type" is no text');
  assert.equal(apiVersion, 1, `its "apiVersion" is ${String(apiVersion)}, and not 1`);
  return plugin as Plugin;
}

function rolesOf(plugin: Plugin): readonly Role[] {
  return pluginRoles.filter((role) => plugin[role] !== undefined);
}

/** What every plugin does, whatever it offers. */
export const pluginClauses: readonly Clause<PluginContext>[] = [
  clause(
    'PL-EXPORT-01',
    'A module exports by default a plugin, or a factory that gives one without options: with a type, and for version 1 of the API.',
    async ({ exported }) => void checkedPlugin(exported),
  ),
  clause('PL-ROLE-01', 'A plugin offers a role at least, each by a function that makes it.', async ({ exported }) => {
    const plugin = checkedPlugin(exported);
    const roles = rolesOf(plugin);
    assert.ok(roles.length > 0, `it offers none of ${pluginRoles.join(', ')}`);
    for (const role of roles) assert.equal(typeof plugin[role], 'function', `its "${role}" is no function`);
  }),
  clause('PL-ROLE-02', 'What is made for a role has all that its contract asks for.', async ({ exported, host }) => {
    const plugin = checkedPlugin(exported);
    for (const role of rolesOf(plugin)) {
      const made = plugin[role]?.(host) as Partial<Record<string, unknown>> | undefined;
      const missing = members[role].filter((member) => typeof made?.[member] !== 'function');
      assert.deepEqual(missing, [], `its ${role} has not: ${missing.join(', ')}`);
    }
  }),
  clause('PL-OPTIONS-01', 'An option that the schema of a plugin does not know is refused by it.', async ({ exported }) => {
    const { optionsSchema } = checkedPlugin(exported);
    if (!optionsSchema) return { notClaimed: 'it takes no options from environments' };
    const { issues = [] } = await optionsSchema['~standard'].validate({ 'no-such-option': true });
    assert.ok(issues.length > 0, 'an option that nobody knows is taken');
    return undefined;
  }),
  clause('PL-OPEN-01', 'Nothing is opened by making a plugin and its roles, nor where these are disposed of unasked.', async (context) => {
    const plugin = checkedPlugin(context.exported);
    const made = rolesOf(plugin).map((role) => plugin[role]?.(context.host));
    assert.deepEqual(await context.entries(), []);
    for (const each of made) await each?.dispose();
    assert.deepEqual(await context.entries(), []);
  }),
];
