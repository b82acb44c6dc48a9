import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestProject } from '../cli/test-project.ts';
import type { Running } from '../cli/test-project.ts';
import { RefusingIndex } from './refusing-index.ts';
import { WatchedEngine } from './watched-engine.ts';

const engine = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1];
const inDocker = `import { docker } from '@ambit/docker';
import { defineConfig } from 'ambit';
export default defineConfig({ builders: { docker: docker() }, builder: 'docker', executors: { docker: docker() }, executor: 'docker' });
`;
const placeOfLayer = 'main.ts:4';

let project: TestProject;
let index: RefusingIndex;

beforeEach(async () => {
  project = await TestProject.make({});
  index = new RefusingIndex();
  await index.start();
});
afterEach(() => Promise.all([index.stop(), project.remove()]), 60_000);

/** With nothing of this machine's own user and of what tests run under, and with installers that try once. */
async function build(layer: string, env: Readonly<Record<string, string>>, base = ''): Promise<Running> {
  await project.write({
    'main.ts': `import { Image, TaskEnvironment } from 'ambit';
const own = Image.fromDebianBase(${base})
  .withEnv({ NONCE: '${Math.random()}' })
  ${layer};
export const task = new TaskEnvironment({ name: 'box_env', image: own }).task('task', async () => 1);
`,
  });
  const ofMachine = Object.keys(process.env).filter((each) => /^(npm_|pip_|uv_|.*_proxy$|.*_CERTS?$|.*_CA_BUNDLE$|ssl_)/i.test(each));
  const without = Object.fromEntries(ofMachine.map((each) => [each, undefined]));
  const own = { HOME: join(project.folder, 'home'), npm_config_globalconfig: '/nowhere/npmrc', npm_config_fetch_retries: '0' };
  return project.start(['build', 'main.ts', 'task'], { env: { ...without, ...own, ...env } });
}

async function failure(layer: string, env: Readonly<Record<string, string>>, base?: string): Promise<string> {
  const { code, stderr } = await (await build(layer, env, base)).ended;
  expect(code, stderr).toBe(4);
  return stderr.slice(stderr.indexOf('error The image'));
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('an installer that fails', () => {
  it('is shown with its command, the place of its layer, its words and what to do: a conflict, in full', async () => {
    const said = await failure(`.withNpmPackages('wants-one', 'wants-two@1')`, { npm_config_registry: index.at('127.0.0.1', '/npm/') });
    expect(said).toMatch(/could not be built: "npm install wants-one wants-two@1" ended with exit code 1\. \(main\.ts:4\)\n/);
    for (const words of ['code ERESOLVE', 'peer peer@"^1" from wants-one@1.0.0', 'peer peer@"^2" from wants-two@1.0.0'])
      expect(said).toContain(words);
    expect(said).toMatch(/go together/);
    expect(said).not.toMatch(/_logs|complete log/);
  });

  it('is shown so where an index asks for a login', async () => {
    const said = await failure(`.withNpmPackages('peer')`, { npm_config_registry: index.at('127.0.0.1', '/closed/') });
    for (const words of ['code E401', placeOfLayer, 'Log in to the index']) expect(said).toContain(words);
  });

  it('is shown so where pip finds nothing', async () => {
    const said = await failure(`.withPipPackages('ambit-nothing==1')`, { PIP_INDEX_URL: index.at('127.0.0.1', '/simple') });
    for (const words of ['pip install ambit-nothing==1"', placeOfLayer, 'Correct the name']) expect(said).toContain(words);
    expect(said).toMatch(/No matching distribution|not found in the package registry/);
    expect(index.asked).toContain('/simple/ambit-nothing/');
    // That another index may have it is no reason.
    expect(said).not.toContain('Could not fetch');
  });

  it('is shown so where pip is not let in, which it does not say itself', async () => {
    const said = await failure(`.withPipPackages('ambit-nothing')`, { PIP_INDEX_URL: index.at('me:secret@127.0.0.1', '/closed') });
    for (const words of [placeOfLayer, 'Log in to the index']) expect(said).toContain(words);
    // As uv says it, where there is one.
    expect(said).toMatch(/401 (Client Error|Unauthorized)/);
    expect(said).not.toContain('secret');
  });
});

describe('an installer whose index does not answer', () => {
  it.each([
    ['npm', `.withNpmPackages('peer')`],
    ['pip', `.withPipPackages('peer')`],
  ])('ends at once with an interruption, and leaves nothing: %s', async (_, layer) => {
    const silent = index.at('127.0.0.1', '/silent/');
    const building = await build(layer, { npm_config_registry: silent, PIP_INDEX_URL: silent });
    await expect.poll(() => index.asked, { timeout: 30_000 }).toContainEqual(expect.stringContaining('/silent/peer'));
    building.child.kill('SIGINT');
    const { code, stderr } = await building.ended;
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('The build was interrupted');
    expect(project.leftovers()).toEqual([]);
    expect(['npm', 'python'].flatMap((set) => namesIn(join(project.env.AMBIT_CACHE, set)))).toEqual([]);
  });
});

describe.skipIf(engine === undefined)('an installer that fails in a container [needs docker]', { timeout: 120_000 }, () => {
  it('is shown so, and says that it has no login of the user', async () => {
    await project.write({ 'ambit.config.ts': inDocker });
    const scope = join(project.folder, 'node_modules/@ambit');
    mkdirSync(scope);
    symlinkSync(fileURLToPath(new URL('../../../../plugins/docker', import.meta.url)), join(scope, 'docker'));
    const gateway = await new WatchedEngine('', engine ?? '').gateway();
    const env = { DOCKER_HOST: `unix://${engine}` };
    const conflict = await failure(`.withNpmPackages('wants-one', 'wants-two@1')`, {
      ...env,
      npm_config_registry: index.at(gateway, '/npm/'),
    });
    for (const words of ['"npm install wants-one wants-two@1"', placeOfLayer, 'code ERESOLVE', 'go together'])
      expect(conflict).toContain(words);
    const closed = await failure(`.withNpmPackages('peer')`, { ...env, npm_config_registry: index.at(gateway, '/closed/') });
    for (const words of ['code E401', placeOfLayer, 'builds of containers have none of yours']) expect(closed).toContain(words);
    const pip = { ...env, PIP_INDEX_URL: index.at(gateway, '/closed'), PIP_TRUSTED_HOST: gateway };
    const shut = await failure(`.withPipPackages('ambit-nothing')`, pip, `{ python: '3.11' }`);
    for (const words of ['401 Client Error', placeOfLayer, 'builds of containers have none of yours']) expect(shut).toContain(words);
  });
});
