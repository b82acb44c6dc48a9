import { describe, expect, it } from 'vitest';
import { HOME, TARGET, certificate, gathered } from './user.ts';
import type { Gathered } from './user.ts';

const own = `${HOME}/.config/pip/pip.conf`;
const variables = (given: Readonly<Record<string, string>>): object => ({
  'variables.sh': Object.entries(given)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join(''),
});

describe('of pip a build is given', () => {
  it('nothing, where nothing is set up', async () => {
    const env = { PIP_INDEX_URL: '', PIP_NO_COLOR: '1', UV_CACHE_DIR: '/cache', SSL_CERT_DIR: '/etc' };
    const { files, warnings } = await gathered('pip', { env, files: { [own]: '[global]\nno-color = 1\n' } });
    expect({ files, warnings }).toEqual({ files: {}, warnings: [] });
  });

  it('indexes and hosts that are trusted, as its files say them: later ones over earlier ones', async () => {
    const { files, warnings } = await gathered('pip', {
      files: {
        '/etc/xdg/pip/pip.conf': '[global]\nindex-url = https://first.test/simple\n',
        '/etc/pip.conf': '[install]\ntrusted-host = first.test\n[global]\ntrusted-host = no.test\n',
        [`${HOME}/.pip/pip.conf`]: '[global]\nindex_url: https://second.test/simple\n[list]\nindex-url = https://no.test/\n',
        [own]:
          '# mine\n[global]\nIndex-URL=https://mirror.test/simple\nextra-index-url =\n    https://a.test/simple\n    # no\n    https://b.test/simple\n',
      },
    });
    const expected = {
      PIP_INDEX_URL: 'https://mirror.test/simple',
      PIP_EXTRA_INDEX_URL: 'https://a.test/simple https://b.test/simple',
      PIP_TRUSTED_HOST: 'first.test',
    };
    expect(files).toEqual(variables(expected));
    expect(warnings).toEqual([]);
  });

  it('what variables say over all files, and what the file says that a variable names', async () => {
    const { files } = await gathered('pip', {
      env: {
        PIP_EXTRA_INDEX_URL: 'https://c.test/simple',
        PIP_CONFIG_FILE: '/my/pip.conf',
        XDG_CONFIG_HOME: '/xdg',
        UV_INDEX: 'corp=https://c.test/simple https://d.test/simple',
      },
      files: {
        [own]: '[global]\nindex-url = https://no.test/\n',
        '/xdg/pip/pip.conf': '[install]\nextra-index-url = https://no.test/\ntrusted-host = a.test\n  b.test\n',
        '/my/pip.conf': '[install]\nindex-url = https://mine.test/simple\n',
      },
    });
    const expected = {
      PIP_INDEX_URL: 'https://mine.test/simple',
      PIP_EXTRA_INDEX_URL: 'https://c.test/simple',
      PIP_TRUSTED_HOST: 'a.test b.test',
      UV_INDEX: 'corp=https://c.test/simple https://d.test/simple',
    };
    expect(files).toEqual(variables(expected));
  });

  it('what no file says, where the user wants none read', async () => {
    const files = { [own]: '[global]\nindex-url = https://no.test/\n' };
    expect((await gathered('pip', { env: { PIP_CONFIG_FILE: '/dev/null' }, files })).files).toEqual({});
  });

  it('its proxy, also as uv knows one, and how patient it is', async () => {
    const of = (proxy: string, env: Readonly<Record<string, string>> = {}): Promise<Gathered> =>
      gathered('pip', { env, files: { [own]: `[global]\nproxy = ${proxy}\ntimeout = 3\n[install]\nretries: 0\n` } });
    const patient = { PIP_RETRIES: '0', PIP_TIMEOUT: '3' };
    const named = { PIP_PROXY: 'http://proxy.test:3128/', ALL_PROXY: 'http://proxy.test:3128/' };
    for (const written of ['proxy.test:3128', 'http://proxy.test:3128'])
      expect((await of(written)).files).toEqual(variables({ ...named, ...patient }));
    for (const written of ['me:hidden@proxy.test:3128', 'http://me:hidden@proxy.test:3128']) {
      const { files, warnings, tar } = await of(written);
      expect(files).toEqual(variables(patient));
      expect(tar + JSON.stringify(warnings)).not.toMatch(/hidden|me:/);
      expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining(`go without proxy (${own}): the engine would keep`)]);
    }
    const { files } = await of('no.test', { PIP_PROXY: 'https://over.test', PIP_DEFAULT_TIMEOUT: '9', UV_HTTP_TIMEOUT: '5' });
    const over = { PIP_PROXY: 'https://over.test/', ALL_PROXY: 'https://over.test/', ...patient };
    expect(files).toEqual(variables({ ...over, PIP_DEFAULT_TIMEOUT: '9', UV_HTTP_TIMEOUT: '5' }));
  });

  it('nothing of the file of uv, which is said where that names indexes', async () => {
    const uv = `${HOME}/.config/uv/uv.toml`;
    const of = (text: string): Promise<Gathered> => gathered('pip', { files: { [uv]: text } });
    for (const text of [
      '[[index]]\nurl = "https://me:hidden@corp.test"\n',
      '[pip]\nindex-url = "https://corp.test"\n',
      'extra-index-url=["x"]',
    ]) {
      const { files, warnings } = await of(text);
      expect(files).toEqual({});
      expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining(`go without the indexes of uv (${uv}): that file`)]);
    }
    expect((await of('index-strategy = "first-index"\nnative-tls = true\n')).warnings).toEqual([]);
  });

  it('certificates, by all names under which one of the image could stand before them', async () => {
    const of = async (env: Readonly<Record<string, string>>): Promise<object> => {
      const files = { [own]: '[global]\ncert = /corp.pem\n', '/corp.pem': certificate('corp'), '/other.pem': certificate('other') };
      return (await gathered('pip', { env, files })).files;
    };
    const corp = `${TARGET}/certificates-1.pem`;
    const other = `${TARGET}/certificates-2.pem`;
    expect(await of({})).toEqual({
      'certificates-1.pem': certificate('corp'),
      ...variables({ PIP_CERT: corp, REQUESTS_CA_BUNDLE: corp, SSL_CERT_FILE: corp }),
    });
    expect(await of({ REQUESTS_CA_BUNDLE: '/corp.pem', SSL_CERT_FILE: '/other.pem' })).toEqual({
      'certificates-1.pem': certificate('corp'),
      'certificates-2.pem': certificate('other'),
      ...variables({ PIP_CERT: corp, REQUESTS_CA_BUNDLE: corp, SSL_CERT_FILE: other }),
    });
    expect(await of({ PIP_CERT: '/other.pem' })).toMatchObject({ 'certificates-1.pem': certificate('other') });
  });
});

describe('credentials of pip', () => {
  it('in a .netrc stay here, with a warning where an index of the user would be logged in to by it', async () => {
    const file = `${HOME}/.netrc`;
    const files = { [file]: 'machine other.test login me password hidden\nmachine mirror.test\n  login me\n  password hidden\n' };
    const { warnings, tar } = await gathered('pip', { env: { PIP_INDEX_URL: 'https://mirror.test/simple' }, files });
    expect(warnings.map(({ facts }) => facts)).toMatchObject([{ settings: [`machine mirror.test (${file})`] }]);
    expect(tar + JSON.stringify(warnings)).not.toContain('hidden');
    expect((await gathered('pip', { files })).warnings).toEqual([]);
  });

  it('stay here, with one warning that says where they are', async () => {
    const { files, warnings, tar } = await gathered('pip', {
      env: {
        PIP_EXTRA_INDEX_URL: 'https://hidden@a.test/simple https://b.test/simple https://me:hid@den@c.test/simple',
        UV_INDEX: 'corp=https://me:hidden@corp.test/simple',
        UV_INDEX_CORP_PASSWORD: 'hidden',
      },
      files: { [own]: '[global]\nindex-url = https://me:hidden@mirror.test/simple\nclient-cert = /hidden.pem\n' },
    });
    const expected = {
      PIP_INDEX_URL: 'https://mirror.test/simple',
      PIP_EXTRA_INDEX_URL: 'https://a.test/simple https://b.test/simple https://c.test/simple',
      UV_INDEX: 'corp=https://corp.test/simple',
    };
    expect(files).toEqual(variables(expected));
    expect(tar).not.toMatch(/hid|den|me:/);
    expect(warnings.map(({ facts }) => facts)).toMatchObject([
      {
        settings: [
          `index-url (${own})`,
          'PIP_EXTRA_INDEX_URL (the environment)',
          `client-cert (${own})`,
          'UV_INDEX (the environment)',
          'UV_INDEX_CORP_PASSWORD (the environment)',
        ],
      },
    ]);
    expect(JSON.stringify(warnings)).not.toMatch(/hidden|me:/);
  });
});
