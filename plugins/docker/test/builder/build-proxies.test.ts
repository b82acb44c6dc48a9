import { expect, it } from 'vitest';
import { buildProxies } from '../../src/builder/build-proxies.ts';

it('passes on proxies, and nothing else of the machine', () => {
  const proxies = { https_proxy: 'http://user:word@proxy.test:3128', HTTP_PROXY: 'proxy.test:80', NO_PROXY: 'localhost,10.0.0.0/8' };
  expect(buildProxies({ ...proxies, PATH: '/bin', HOME: '/root', NPM_TOKEN: 'x', http_proxy: '' })).toEqual(proxies);
});

it.each(['http://127.0.0.1:3128', 'http://user:word@localhost:3128/', 'http://[::1]:80', 'localhost:3128', '127.0.0.1:80'])(
  'leaves out %s, where a build would find itself',
  (proxy) => {
    expect(buildProxies({ HTTPS_PROXY: proxy })).toEqual({});
  },
);
