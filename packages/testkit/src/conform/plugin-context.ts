import { readdir } from 'node:fs/promises';
import type { PluginContext } from '../clauses/plugin-clauses.ts';
import { onGround } from './conformance-tools.ts';
import type { ConformanceTools } from './conformance-tools.ts';

export function pluginContext(exported: unknown, tools: ConformanceTools): Promise<PluginContext> {
  return onGround(tools, async (ground) => ({
    exported,
    host: ground.host,
    entries: async () => {
      const folders = [ground.host.stateDirectory, ground.host.machine.cacheDirectory];
      return (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat();
    },
    dispose: () => ground.dispose(),
  }));
}
