import { envFile } from '@ambit/local';
import { definePlugin } from '@ambit/plugin-api';
import type { PluginHost } from '@ambit/plugin-api';
import { memoryBuilder, recordingLogger } from '@ambit/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../../src/compose/create-app.ts';
import type { AnyConfig } from '../../src/config/config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ambit-compose-'));
  await writeFile(join(folder, '.env'), 'TEAM_REGISTRY_PASSWORD=hunter2-hunter2', { mode: 0o600 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = recordingLogger();

/** What a builder of this configuration is lent. */
async function lent(config: AnyConfig): Promise<PluginHost> {
  let host: PluginHost | undefined;
  const asking = definePlugin({ type: 'asking', apiVersion: 1, builder: (given) => ((host = given), memoryBuilder()) });
  const app = createApp({
    config: { ...config, builders: { asking } },
    directories: { state: folder, machineState: folder, cache: folder },
    log,
  });
  expect([...app.builders.keys()]).toContain('asking');
  await app.dispose();
  return host!;
}

it('a plugin reads the secrets of its configuration from the sources, in their order', async () => {
  const host = await lent({ secrets: [envFile(join(folder, '.env'))] });
  expect(await host.secret('team/REGISTRY_PASSWORD')).toBe('hunter2-hunter2');
  expect(await host.secret('PATH')).toBe(process.env['PATH']);
  await expect(host.secret('NOBODY_HAS_THIS')).rejects.toMatchObject({ code: 'AMBIT_SECRET_UNAVAILABLE' });
});

it('what a plugin logs has no secret that it asked for', async () => {
  const host = await lent({ secrets: [envFile(join(folder, '.env'))] });
  await host.secret('team/REGISTRY_PASSWORD');
  host.log.info('logged in with hunter2-hunter2', { tried: ['Basic', Buffer.from('me:hunter2-hunter2').toString('base64')] });
  expect(log.entries.at(-1)).toMatchObject({ level: 'info', message: 'logged in with ***' });
  expect(JSON.stringify(log.entries)).not.toContain(Buffer.from('hunter2-hunter2').toString('base64').slice(4, -4));
});
