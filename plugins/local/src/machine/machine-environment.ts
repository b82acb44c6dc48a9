import { realpathSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { findProgram } from './find-program.ts';

/** What an outer `npm run` says of its own project: it would lead an inner npm into that project's folders. */
const ofOuterScript = /^(npm_(lifecycle|package)_|npm_config_(workspaces?|include_workspace_root|local_prefix|global|dry_run)$|INIT_CWD$)/i;

/** The environment in which commands of this machine run: the user's own, with the Node of this process first where the PATH has another. */
export function machineEnvironment(env: NodeJS.ProcessEnv = process.env): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && !ofOuterScript.test(name)) own[name] = value;
  const found = findProgram('node', own['PATH']);
  if (found && realpathSync(found) === realpathSync(process.execPath)) return own;
  own['PATH'] = [dirname(process.execPath), ...(own['PATH'] ? [own['PATH']] : [])].join(delimiter);
  return own;
}
