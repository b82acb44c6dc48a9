import { resolve } from 'node:path';
import { openWorkspace } from '../app/workspace.ts';
import type { Workspace } from '../app/workspace.ts';
import type { Overrides } from '../config/plan-settings.ts';
import { commandLogger } from './command-logger.ts';
import { loadForCommand } from './load-for-command.ts';
import type { Terminal } from './terminal.ts';

/** The parts of the project that a file belongs to. */
export async function openProject(terminal: Terminal, file: string, overrides: Overrides): Promise<Workspace> {
  const { config } = terminal.flags;
  return openWorkspace({
    file: resolve(file),
    overrides,
    log: commandLogger(terminal),
    load: (module, cacheDirectory) => loadForCommand(module, cacheDirectory, terminal),
    ...(config !== undefined && { config }),
  });
}
