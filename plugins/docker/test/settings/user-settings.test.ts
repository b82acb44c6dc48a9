import { memoryMachine, recordingLogger } from '@ambit/testkit';
import { describe, expect, it } from 'vitest';
import { UserSettings } from '../../src/settings/user-settings.ts';
import { contextOf } from '../builder/rendered-request.ts';
import { HOME, gathered } from './user.ts';

const never = new AbortController().signal;

describe('settings of the user', () => {
  it('that a build cannot use are said by their names', async () => {
    const env = { PIP_INDEX_URL: '/srv/me:hidden@simple', PIP_CERT: '/none.pem', PIP_EXTRA_INDEX_URL: 'http://localhost:4000/simple' };
    const { files, warnings } = await gathered('pip', { env });
    // An index that is not reached fails a build: another one, in silence, might have other packages of these names.
    expect(files).toEqual({ 'variables.sh': "export PIP_EXTRA_INDEX_URL='http://localhost:4000/simple'\n" });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('go without PIP_INDEX_URL (the environment): it is no address'),
      expect.stringContaining('go without PIP_CERT (the environment): it names no file with certificates'),
      expect.stringContaining('do not reach this machine by PIP_EXTRA_INDEX_URL (the environment)'),
    ]);
  });

  it('are said once, and only to builds that have such installers', async () => {
    const log = recordingLogger();
    const settings = new UserSettings({ env: { PIP_INDEX_URL: 'https://me:x@mirror.test/' }, home: HOME, machine: memoryMachine() }, log);
    const step = { dockerfile: 'Dockerfile', context: contextOf('FROM scratch\n'), args: {}, instructions: [] };
    const pip = { installer: 'pip', folder: 'settings/pip', target: '/x' } as const;
    await settings.context(step, never);
    await settings.context({ ...step, settings: [{ ...pip, installer: 'npm' }] }, never);
    expect(log.entries).toEqual([]);
    await settings.context({ ...step, settings: [pip] }, never);
    await settings.context({ ...step, settings: [pip] }, never);
    expect(log.entries).toHaveLength(1);
  });

  it('that cannot be read are as if they were not there, but for an abort', async () => {
    const machine = {
      ...memoryMachine(),
      async *read(_: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
        signal.throwIfAborted();
        yield* await Promise.reject<Uint8Array[]>(Object.assign(new Error('no'), { code: 'EACCES' }));
      },
    };
    const settings = new UserSettings({ env: {}, home: HOME, machine }, recordingLogger());
    const npm = { installer: 'npm', folder: 'settings/npm', target: '/x' } as const;
    const step = { dockerfile: 'Dockerfile', context: contextOf('FROM scratch\n'), args: {}, instructions: [], settings: [npm] };
    await settings.context(step, never);
    await expect(settings.context(step, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
