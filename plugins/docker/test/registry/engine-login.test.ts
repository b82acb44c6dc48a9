import { expect, it } from 'vitest';
import type { DaemonCall } from '../../src/daemon/daemon.ts';
import { pullImage } from '../../src/executor/pull-image.ts';
import type { PullParts } from '../../src/executor/pull-image.ts';
import { engineLogin } from '../../src/registry/engine-login.ts';

const person = { username: 'a', password: 'b' };
const token = { username: '<token>', password: 'refresh' };

it('gives the engine a name and a password, or the token that stands for them', () => {
  expect(engineLogin('ghcr.io', person)).toEqual({ ...person, serveraddress: 'ghcr.io' });
  expect(engineLogin('ghcr.io', token)).toEqual({ identitytoken: 'refresh', serveraddress: 'ghcr.io' });
});

it.each([
  ['team/x:1', person, { ...person, serveraddress: 'https://index.docker.io/v1/' }],
  ['registry.test:5000/x:1', token, { identitytoken: 'refresh', serveraddress: 'registry.test:5000' }],
])('logs in to the registry of an image that a worker is started from: %s', async (reference, login, auth) => {
  const calls: DaemonCall[] = [];
  const stop = new Error('asked');
  const stream = (call: DaemonCall): never => {
    calls.push(call);
    throw stop;
  };
  const daemon = { stream } as unknown as PullParts['daemon'];
  const parts = { daemon, reference, platform: 'linux/amd64', credentials: async () => login, onProgress: () => undefined };
  await expect(pullImage(parts, new AbortController().signal)).rejects.toBe(stop);
  expect(calls).toMatchObject([{ query: { fromImage: reference }, auth }]);
});
