import { resolve } from 'node:path';
import { openWorkspace } from '../app/workspace.ts';
import type { Workspace } from '../app/workspace.ts';
import type { Overrides } from '../config/plan-settings.ts';
import { commandLogger } from './command-logger.ts';
import type { Terminal } from './terminal.ts';

/** The parts of the project that a file belongs to; without a file, of the folder that the command runs in. */
export async function openProject(
  terminal: Terminal,
  file: string | undefined,
  placement: Readonly<Record<string, unknown>> = {},
): Promise<Workspace> {
  const { config, profile } = terminal.flags;
  const overrides: Overrides = {
    ...(typeof placement['builder'] === 'string' && { builder: placement['builder'] }),
    ...(typeof placement['executor'] === 'string' && { executor: placement['executor'] }),
    ...(profile !== undefined && { profile }),
  };
  return openWorkspace({
    file: resolve(file ?? 'package.json'),
    overrides,
    log: commandLogger(terminal),
    ...(config !== undefined && { config }),
  });
}
