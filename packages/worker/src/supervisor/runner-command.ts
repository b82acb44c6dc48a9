import { realpathSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import type { WorkerSpec } from '@ambit/plugin-api';
import type { RunnerStart } from '../runner/channel.ts';
import { imageNode } from './image-node.ts';
import type { RunnerWorld } from './runner-world.ts';
import type { RunnerCommand } from './runner-process.ts';

/** Not for Node to read at its start: `RunnerStart.certificates`. */
const CERTIFICATES = 'NODE_EXTRA_CA_CERTS';

export interface RunnerCommandParts {
  readonly spec: WorkerSpec;
  readonly world: RunnerWorld;
  readonly runtimeDirectory: string;
  readonly drafts: string;
  readonly path: string | undefined;
}

export function runnerCommand({ spec, world, runtimeDirectory, drafts, path }: RunnerCommandParts): RunnerCommand {
  const { [CERTIFICATES]: certificates, ...env } = world.env;
  const start: RunnerStart = {
    run: spec.run,
    environment: spec.environment,
    gpus: spec.gpus,
    ...(certificates ? { certificates } : {}),
    drafts,
  };
  const node = (spec.container ? imageNode(world.env['PATH']) : undefined) ?? process.execPath;
  const argv = [node, join(runtimeDirectory, 'runner.js'), JSON.stringify(start)];
  return {
    argv: [...(spec.pidNamespace ? [] : dyingWithParent(path)), ...argv],
    env,
    directory: spec.workDirectory,
    pidNamespace: spec.pidNamespace,
    container: spec.container === true,
  };
}

/** Where no pid namespace does it, the kernel ends the runner with this process: words before its own command. */
function dyingWithParent(path: string | undefined): readonly string[] {
  if (process.platform !== 'linux') return [];
  for (const folder of (path ?? '').split(delimiter)) {
    const program = join(folder, 'setpriv');
    // That of busybox does not know the option.
    if (folder !== '' && realName(program) === 'setpriv') return [program, '--pdeathsig', 'KILL', '--'];
  }
  return [];
}

function realName(path: string): string | undefined {
  try {
    return basename(realpathSync(path));
  } catch {
    return undefined;
  }
}
