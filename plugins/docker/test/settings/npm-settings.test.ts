import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME, TARGET, certificate, gathered } from './user.ts';

const own = `${HOME}/.npmrc`;
const machineWide = join(dirname(dirname(process.execPath)), 'etc/npmrc');
const npmrc = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('of npm a build is given', () => {
  it('nothing, where nothing is set up', async () => {
    const { files, warnings } = await gathered('npm', { files: { [own]: '; nothing\nfund=false\ninit-author-name=me\n' } });
    expect({ files, warnings }).toEqual({ files: {}, warnings: [] });
  });

  it("indexes, those of scopes too, and how strict it is: the user's file over the machine's", async () => {
    const { files, warnings } = await gathered('npm', {
      files: {
        [machineWide]: npmrc('registry=https://first.test/', '@corp:registry=https://corp.test/npm/', 'strict-ssl=false'),
        [own]: npmrc('registry = "https://mirror.test/npm" ', '# registry=https://no.test', '@a/b:registry=https://no.test'),
      },
    });
    expect(files).toEqual({
      npmrc: npmrc('registry="https://mirror.test/npm"', '@corp:registry="https://corp.test/npm/"', 'strict-ssl="false"'),
    });
    expect(warnings).toEqual([]);
  });

  it('what variables say as variables, over both files, and scopes in the file', async () => {
    const { files } = await gathered('npm', {
      env: {
        NPM_CONFIG_REGISTRY: "https://it's.test/",
        npm_config_strict_ssl: 'true',
        'npm_config_@corp:registry': 'https://corp.test/',
        npm_config_userconfig: '/my/npmrc',
        npm_config_globalconfig: '/all/npmrc',
        npm_config_cache: '/cache',
        HOST: 'scope.test',
      },
      files: {
        [own]: npmrc('registry=https://no.test/', '@x:registry=https://no.test/'),
        '/my/npmrc': npmrc('registry=https://no.test/', '@me:registry=https://${HOST}/${NONE?}'),
        '/all/npmrc': npmrc('@all:registry=https://all.test/'),
      },
    });
    expect(files).toEqual({
      'variables.sh': "export npm_config_registry='https://it'\\''s.test/'\nexport npm_config_strict_ssl='true'\n",
      npmrc: npmrc('@all:registry="https://all.test/"', '@me:registry="https://scope.test/"', '@corp:registry="https://corp.test/"'),
    });
  });

  it('proxies, hosts that need none, and how patient it is, as files and variables say', async () => {
    const { files, warnings } = await gathered('npm', {
      env: { npm_config_https_proxy: 'http://over.test:3128', npm_config_fetch_retry_mintimeout: '10' },
      files: {
        [own]: npmrc('proxy=http://proxy.test:3128/', 'https-proxy=http://no.test', 'noproxy=a.test,.b.test', 'fetch-retries=0'),
      },
    });
    expect(files).toEqual({
      'variables.sh': "export npm_config_https_proxy='http://over.test:3128/'\nexport npm_config_fetch_retry_mintimeout='10'\n",
      npmrc: npmrc('proxy="http://proxy.test:3128/"', 'noproxy="a.test,.b.test"', 'fetch-retries="0"'),
    });
    expect(warnings).toEqual([]);
    const off = await gathered('npm', { files: { [own]: npmrc('proxy=false', 'https-proxy=null') } });
    expect([off.files, off.warnings]).toEqual([{ npmrc: npmrc('proxy="false"') }, []]);
  });

  it('no proxy with a password, on this machine, or of another protocol: what variables name stands', async () => {
    const { files, warnings, tar } = await gathered('npm', {
      env: { npm_config_proxy: 'socks5://proxy.test:1080' },
      files: { [own]: npmrc('https-proxy=http://me:hidden@proxy.test:3128'), [machineWide]: npmrc('noproxy=a.test') },
    });
    expect(files).toEqual({ npmrc: npmrc('noproxy="a.test"') });
    expect(tar).not.toMatch(/hidden|me:/);
    expect(warnings.map(({ message }) => message)).toEqual([
      `Builds in the Docker engine go without https-proxy (${own}): the engine would keep its password.`,
      'Builds in the Docker engine go without npm_config_proxy (the environment): it is no address of http or https.',
    ]);
    expect(warnings[0]?.facts).toMatchObject({ hint: expect.stringContaining('HTTPS_PROXY') as string });
    expect(JSON.stringify(warnings)).not.toContain('hidden');
    const here = await gathered('npm', { files: { [own]: npmrc('proxy=http://127.0.0.1:3128') } });
    expect(here.files).toEqual({});
    expect(here.warnings[0]?.message).toContain(`do not reach this machine by proxy (${own})`);
  });

  it('certificates, each once, and nothing else of their files', async () => {
    const key = '-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n';
    const { files, tar } = await gathered('npm', {
      env: { NODE_EXTRA_CA_CERTS: '/etc/corp.pem' },
      files: {
        [own]: npmrc('cafile=~/all.pem'),
        '/etc/corp.pem': `${key}# corp\n${certificate('corp')}`,
        [`${HOME}/all.pem`]: `${certificate('one')}${key}${certificate('two')}`,
      },
    });
    expect(files).toEqual({
      'certificates-1.pem': certificate('one') + certificate('two'),
      'certificates-2.pem': certificate('corp'),
      'variables.sh': `export NODE_EXTRA_CA_CERTS='${TARGET}/certificates-2.pem'\n`,
      npmrc: npmrc(`cafile="${TARGET}/certificates-1.pem"`),
    });
    expect(tar).not.toContain('hidden');
    const same = await gathered('npm', {
      env: { NODE_EXTRA_CA_CERTS: '/a.pem', npm_config_cafile: '/b.pem' },
      files: { '/a.pem': certificate('one'), '/b.pem': certificate('one') },
    });
    expect(Object.keys(same.files)).toEqual(['certificates-1.pem', 'variables.sh']);
  });
});

it('of npm a build is given certificates that stand in its file, and nothing else that stands there', async () => {
  const written = (text: string): string => JSON.stringify(text);
  const key = '-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----\n';
  const of = async (...lines: readonly string[]): Promise<object> => (await gathered('npm', { files: { [own]: npmrc(...lines) } })).files;
  expect(await of(`ca=${written(key + certificate('one'))}`)).toEqual({ npmrc: npmrc(`ca=${written(certificate('one'))}`) });
  const several = `ca[]=${written(certificate('one') + certificate('two'))}`;
  expect(await of(`ca[]=${written(certificate('one').trim())}`, `ca[]=${written(certificate('two'))}`)).toEqual({ npmrc: npmrc(several) });
  expect(await of('ca=null')).toEqual({});
});

describe('credentials of npm', () => {
  it('stay here, with one warning that says where they are', async () => {
    const { files, warnings, tar } = await gathered('npm', {
      env: { 'npm_config_@corp:registry': 'https://corp.test/npm/?token=hidden', TOKEN: 'hidden' },
      files: {
        [own]: npmrc(
          'registry=https://me:hidden@mirror.test/npm/',
          '//mirror.test/:_authToken=${TOKEN}',
          '//corp.test/npm/:_password=hidden',
          '//corp.test/npm/:username=me',
          '_auth=hidden',
        ),
      },
    });
    expect(files).toEqual({
      npmrc: npmrc('registry="https://mirror.test/npm/"', '@corp:registry="https://corp.test/npm/"'),
    });
    expect(tar).not.toMatch(/hidden|me[:@]/);
    expect(warnings).toEqual([
      {
        level: 'warn',
        message:
          `Builds in the Docker engine go without the credentials in registry (${own}), npm_config_@corp:registry (the environment), ` +
          `//mirror.test/:_authToken (${own}), //corp.test/npm/:_password (${own}), _auth (${own}): the engine would keep them.`,
        facts: {
          hint: expect.stringContaining('an index that needs no password, or build with the builder "host"') as string,
          settings: expect.any(Array) as string[],
        },
      },
    ]);
    expect(JSON.stringify(warnings)).not.toContain('hidden');
  });

  it('for the public index are said where it is the index, those for others and those that are not there are not', async () => {
    const files = {
      [own]: npmrc('//registry.npmjs.org/:_authToken=hidden', '//other.test/:_authToken=hidden', '//registry.npmjs.org/:_auth=${NONE}'),
    };
    const { warnings } = await gathered('npm', { files });
    expect(warnings.map(({ facts }) => facts)).toMatchObject([{ settings: [`//registry.npmjs.org/:_authToken (${own})`] }]);
    const env = { npm_config_registry: 'https://mirror.test/' };
    expect((await gathered('npm', { env, files })).warnings).toEqual([]);
  });
});
