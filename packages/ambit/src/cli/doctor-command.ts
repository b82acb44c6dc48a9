import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import { directoriesOf, openWorkspace } from '../app/workspace.ts';
import type { Workspace } from '../app/workspace.ts';
import type { Directories } from '../directories.ts';
import type { Check } from '../doctor/check.ts';
import { checkDocker } from '../doctor/check-docker.ts';
import { checkFolders, checkSpace } from '../doctor/check-folders.ts';
import { checkPlaces } from '../doctor/check-places.ts';
import { checkBuildah, checkNode, checkPrograms } from '../doctor/check-programs.ts';
import { commandLogger } from './command-logger.ts';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { openProject } from './open-project.ts';
import type { Colors, Terminal } from './terminal.ts';

const here = 'package.json';
const mostMs = 20_000;

/** `ambit doctor`. */
export async function doctorCommand({ terminal }: Invocation): Promise<number> {
  const directories = await directoriesOf(resolve(here), terminal.flags.config);
  const checks = await allChecks(directories, terminal);
  const isIll = checks.some(({ status }) => status === 'error');
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, checks }));
  else {
    const width = Math.max(...checks.map(({ name }) => name.length));
    terminal.out(checks.flatMap((check) => lines(check, width, terminal.outColors)).join('\n'));
    terminal.out(isIll ? '\nSomething is wrong: see above.' : '\nTasks can run here.');
  }
  return isIll ? EXIT.infrastructure : EXIT.ok;
}

async function allChecks(directories: Directories, terminal: Terminal): Promise<readonly Check[]> {
  const signal = AbortSignal.timeout(mostMs);
  const folders = [...(await checkFolders(directories)), await checkSpace(directories.cache)];
  const [configuration, workspace] = await checkConfiguration(terminal);
  const { app } = workspace;
  try {
    const docker = checkDocker({ env: process.env, home: homedir() }, signal);
    const [programs, places, engine] = await Promise.all([checkPrograms(app.machine, signal), checkPlaces(app, signal), docker]);
    return [checkNode(), ...programs, engine, checkBuildah(), ...folders, ...configuration, ...places];
  } finally {
    await app.dispose().catch(() => undefined);
  }
}

/** Where the configuration is wrong, the rest is looked at without it. */
async function checkConfiguration(terminal: Terminal): Promise<readonly [readonly Check[], Workspace]> {
  const name = 'configuration';
  try {
    const workspace = await openProject(terminal, here, {});
    const { configFile } = workspace;
    return [configFile === undefined ? [] : [{ name, status: 'ok', message: configFile }], workspace];
  } catch (error) {
    if (!AmbitError.is(error)) throw error;
    const plain = await openWorkspace({ file: resolve(here), config: {}, overrides: {}, log: commandLogger(terminal) });
    return [[{ name, status: 'error', message: error.message, hint: error.hint }], plain];
  }
}

function lines({ name, status, message, hint }: Check, width: number, colors: Colors): readonly string[] {
  const mark = { ok: colors.green('✓'), absent: colors.dim('-'), warning: colors.yellow('!'), error: colors.red('✗') }[status];
  const text = status === 'absent' ? colors.dim(message) : message;
  const indent = ' '.repeat(width + 4);
  return [`${mark} ${name.padEnd(width)}  ${text}`, ...(hint === undefined ? [] : [colors.dim(`${indent}${hint}`)])];
}
