import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestProject } from '../cli/test-project.ts';
import type { Ended } from '../cli/test-project.ts';
import { OwnAuthority, hasOpenssl } from '../../../../tools/own-authority.ts';
import { PackageIndex } from './package-index.ts';
import { WatchedEngine } from './watched-engine.ts';

const behind = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1];
const config = `import { docker } from '@ambit/docker';
import { defineConfig } from 'ambit';
export default defineConfig({ builders: { docker: docker() }, builder: 'docker', executors: { docker: docker() }, executor: 'docker' });
`;
const main = (image: string): string => `import { Image, TaskEnvironment } from 'ambit';
export const task = new TaskEnvironment({ name: 'box_env', image: ${image} }).task('task', async () => 1);
`;

let folder: string;
let name: string;
let engine: WatchedEngine;
let address: string;
let project: TestProject;
let index: PackageIndex | undefined;
let image: string | undefined;

async function startIndex(
  options: { readonly tls?: { readonly key: string; readonly cert: string }; readonly script?: string } = {},
): Promise<string> {
  index = await PackageIndex.start({ address, folder, name, ...options });
  return index.url;
}

/** With nothing of this machine's own user and of what tests run under. */
async function build(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  await project.write(files);
  const ofMachine = Object.keys(process.env).filter((each) => /^(npm_|pip_|uv_|.*_proxy$|.*_CERTS?$|.*_CA_BUNDLE$|ssl_)/i.test(each));
  const without = Object.fromEntries(ofMachine.map((each) => [each, undefined]));
  const own = { HOME: join(project.folder, 'home'), DOCKER_HOST: `unix://${engine.socket}`, npm_config_globalconfig: '/nowhere/npmrc' };
  const ended = await project.ambit(['build', 'main.ts', 'task', '--json'], { env: { ...without, ...own, ...env } });
  const [built] = (JSON.parse(ended.stdout) as { readonly images: readonly { readonly identity: string }[] }).images;
  if (built) image = `ambit:${built.identity.slice('sha256:'.length, 'sha256:'.length + 32)}`;
  return ended;
}

if (behind === undefined) it.skip('settings of the user in builds [needs docker]');
else
  describe('settings of the user in a build [needs docker]', { timeout: 300_000 }, () => {
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'ambit-index-'));
      name = `ambitnowhere${randomBytes(6).toString('hex')}`;
      engine = new WatchedEngine(join(folder, 'engine.sock'), behind);
      await engine.start();
      address = await engine.gateway();
      project = await TestProject.make({ 'ambit.config.ts': config });
      const scope = join(project.folder, 'node_modules/@ambit');
      mkdirSync(scope);
      symlinkSync(fileURLToPath(new URL('../../../../plugins/docker', import.meta.url)), join(scope, 'docker'));
    }, 60_000);
    afterEach(async () => {
      if (image !== undefined) await engine.removeImage(image);
      await Promise.all([engine.stop(), index?.stop(), project.remove()]);
      [image, index] = [undefined, undefined];
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    it('are its indexes, without their credentials, and are nowhere in the image', async () => {
      const url = await startIndex();
      const secret = randomBytes(9).toString('hex');
      const closed = `${url.replace('//', `//me:${secret}@`)}/${name}`;
      const { code, stderr } = await build({
        'main.ts': main(
          `Image.fromDebianBase({ python: '3.11' }).withNpmPackages('${name}').withPipPackages('${name}').withCommands('env')`,
        ),
        'home/.npmrc': `registry=${closed}/npm\n//${index!.host}/:_authToken=${secret}\n`,
        'home/.config/pip/pip.conf': `[global]\nindex-url = ${closed}/simple\ntrusted-host = ${address}\n`,
      });
      expect(code, stderr).toBe(0);
      const paths = index!.asked.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining([`/${name}/npm/${name}`, `/${name}/simple/${name}/`]));
      expect(index!.asked.map(({ authorization }) => authorization)).toEqual(paths.map(() => undefined));
      const asked = (setting: string, file: string): string => `${setting} (${join(project.folder, 'home', file)})`;
      const ofNpm = [asked('registry', '.npmrc'), asked(`//${index!.host}/:_authToken`, '.npmrc')].join(', ');
      for (const settings of [ofNpm, asked('index-url', '.config/pip/pip.conf')])
        expect(stderr).toContain(`warning Builds in the Docker engine go without the credentials in ${settings}: `);
      expect(stderr).not.toContain(secret);
      expect([engine.sent.includes(index!.host), engine.sent.includes(secret)]).toEqual([true, false]);
      // What is there is found.
      expect(await engine.wordsIn(image!, [index!.host, secret, `${name}.py`])).toEqual([`${name}.py`]);
    });

    it.skipIf(!hasOpenssl)('are its certificates, without the key beside one, and are nowhere in the image', async () => {
      const authority = OwnAuthority.make(folder);
      const server = authority.sign('index', { names: `IP:${address}` });
      const read = (path: string): string => readFileSync(path, 'utf8');
      const file = join(folder, 'all.pem');
      writeFileSync(file, read(authority.keyFile) + read(authority.file));
      const lines = [authority.file, authority.keyFile].map((path) => read(path).split('\n')[2] ?? '');
      const script = `require('https').get(process.env.npm_config_registry + 'seen', () => {}).on('error', () => process.exit(1));`;
      const url = await startIndex({ tls: { key: read(server.key), cert: read(server.cert) }, script });
      const { code, stderr } = await build(
        {
          'main.ts': main(`Image.fromDebianBase({ python: '3.11' }).withNpmPackages('${name}').withPipPackages('${name}')`),
          'home/.npmrc': `cafile=${file}\n`,
        },
        { NODE_EXTRA_CA_CERTS: file, PIP_CERT: file, PIP_INDEX_URL: `${url}/simple`, npm_config_registry: `${url}/npm/` },
      );
      expect(code, stderr).toBe(0);
      // The script of the package knows no settings of npm's: it was answered by what Node itself reads.
      const paths = index!.asked.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining([`/npm/${name}`, '/npm/seen', `/simple/${name}/`]));
      expect(lines.map((line) => engine.sent.includes(line))).toEqual([true, false]);
      expect(await engine.wordsIn(image!, [...lines, index!.host])).toEqual([]);
    });

    it('are its proxies, which are nowhere in the image', async () => {
      const url = await startIndex();
      const { code, stderr } = await build({
        'main.ts': main(
          `Image.fromDebianBase({ python: '3.11' }).withNpmPackages('${name}').withPipPackages('${name}').withCommands('env')`,
        ),
        'home/.npmrc': `registry=http://npm.invalid/npm\nproxy=${url}\nnoproxy=${address}\n`,
        'home/.config/pip/pip.conf': `[global]\nindex-url = http://pip.invalid/simple\ntrusted-host = pip.invalid ${address}\nproxy = ${url}\n`,
      });
      expect(code, stderr).toBe(0);
      const paths = index!.asked.map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining([`http://npm.invalid/npm/${name}`, `http://pip.invalid/simple/${name}/`]));
      // Its package is at a host that needs none.
      expect(paths).toContainEqual(expect.stringMatching(/^\/npm\/.*\.tgz$/));
      expect(await engine.wordsIn(image!, [index!.host, 'pip.invalid', `${name}.py`])).toEqual([`${name}.py`]);
    });

    it('stand below what a project of npm says itself', async () => {
      const url = await startIndex();
      const { code, stderr } = await build({
        'main.ts': main(`Image.fromDebianBase().withNpmProject('project')`),
        'project/package.json': JSON.stringify({ name: 'p', dependencies: { [name]: '1.0.0' } }),
        'project/.npmrc': `registry=${url}/project/npm`,
        'home/.npmrc': `registry=${url}/user/npm\n`,
      });
      expect(code, stderr).toBe(0);
      expect(index!.asked.map(({ path }) => path)).toEqual([`/project/npm/${name}`, expect.stringMatching(/^\/project\/npm\/.*\.tgz$/)]);
      expect(await engine.wordsIn(image!, [index!.host])).toEqual([]);
    });
  });
