import { describe, expect, it } from 'vitest';
import { docker } from '../src/index.ts';
import type { DockerPluginOptions } from '../src/index.ts';

describe('docker()', () => {
  it.each<[string, DockerPluginOptions, RegExp]>([
    [
      'a name nobody knows',
      { hots: 'unix:///x' } as DockerPluginOptions,
      /^The option hots of docker\(\) is not known; docker\(\) takes host, context/,
    ],
    ['no text', { host: 5 } as unknown as DockerPluginOptions, /host of docker\(\) is 5; it is a text/],
    ['no address', { host: '/var/run/docker.sock' }, /it is as "unix:\/\/\/var\/run\/docker\.sock" or/],
    ['a port that is none', { host: 'tcp://10.0.0.4:70000' }, /it is as "unix:\/\/\/var\/run\/docker\.sock" or/],
    ['two engines', { host: 'unix:///x', context: 'y' }, /context of docker\(\) and the option host name an engine each/],
    ['half of a certificate', { host: 'tcp://x:1', tls: { cert: 'a.pem' } }, /has one of cert and key/],
    ['no such file of a certificate', { tls: { pem: 'a' } } as DockerPluginOptions, /tls\.pem of docker\(\) is not known/],
    ['a login without a name', { registries: { 'ghcr.io': { username: '', password: 'X' } } }, /registries\["ghcr\.io"\]\.username/],
    [
      'a login without a password',
      { registries: { 'ghcr.io': { username: 'x' } } } as unknown as DockerPluginOptions,
      /\.password of docker\(\) is not there/,
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => docker(options)).toThrow(message);
    expect(() => docker(options)).toThrow(expect.objectContaining({ code: 'AMBIT_DOCKER_OPTION' }) as Error);
  });

  it('says how an engine behind SSH is reached', () => {
    expect(() => docker({ host: 'ssh://gpu-1' })).toThrow(
      expect.objectContaining({
        message: 'The option host of docker() is "ssh://gpu-1"; engines are reached over unix:// and tcp://, not over SSH.',
        hint: 'Forward its socket, and name that: ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock gpu-1',
      }) as Error,
    );
  });

  it.each<DockerPluginOptions>([
    {},
    { host: 'unix:///x.sock' },
    { context: 'other', registries: { 'ghcr.io': { username: 'a', password: { name: 'TOKEN' } } } },
  ])('takes %j, and opens nothing', (options) => {
    expect(docker(options)).toMatchObject({ type: 'docker', apiVersion: 1 });
  });
});
