import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Image, TaskEnvironment, environmentDefinition } from '@ambit/core';
import { layerFiles, readFiles } from '@ambit/local';
import type { BuildRequest } from '@ambit/plugin-api';
import { memoryBuilder, memoryExecutor } from '@ambit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testProject } from '../support/test-project.ts';
import { never, World } from '../support/world.ts';
import { buildStep, dockerSocket, removeImage, runIn } from './docker-build.ts';

const folder = mkdtempSync(join(tmpdir(), 'ambit-docker-'));
const tags: string[] = [];

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), mode);
}

beforeAll(() => {
  put('src/run.sh', '#!/bin/sh\necho hi\n', 0o755);
  put('src/sub dir/$x/ä"b.txt', 'x', 0o600);
  put('src/left out.log', 'x');
  put('src/.dockerignore', '*.log\n');
  mkdirSync(join(folder, 'src/empty'));
  symlinkSync('run.sh', join(folder, 'src/link'));
  put('own/package.json', JSON.stringify({ name: 'own', version: '1.0.0' }));
  put('project/package.json', JSON.stringify({ name: 'p', scripts: { prepare: 'exit 1' }, dependencies: { 'left-pad': '1.3.0' } }));
  put('project/.npmrc', 'fund=false\n');
  put('req/requirements.txt', '-r more/a.txt\n');
  put('req/more/a.txt', 'six==1.16.0\n');
  put('df/Dockerfile', 'FROM busybox AS one\nARG V=0\nWORKDIR /srv\nCOPY sub /sub\nRUN echo "$V" > /v\nFROM debian:bookworm-slim\n');
  put('df/sub/f', 'f');
  put('df/.dockerignore', '*\n!sub\n');
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (dockerSocket !== undefined) for (const tag of tags) await removeImage(tag);
});

/** What a builder of containers is asked for. */
async function requestOf(image: Image, cacheMounts: boolean): Promise<BuildRequest> {
  const requests: BuildRequest[] = [];
  const features = { cacheMounts, buildSecrets: false, targets: true, parents: true };
  const builder = memoryBuilder({ describe: { features }, hold: async (request) => void requests.push(request) });
  const world = new World({ builder, executor: memoryExecutor(), readFiles, layerFiles });
  const environment = new TaskEnvironment({ name: 'docker_env', image });
  const settings = { platform: 'linux/amd64', builders: ['host'], executors: ['local'] };
  const planned = await world.engine.plan(
    testProject([environment]),
    [{ environment: environmentDefinition(environment)! }],
    settings,
    never(),
  );
  await world.engine.build(planned, {}, never());
  return requests[0]!;
}

async function build(name: string, image: Image, buildKit = true): Promise<string> {
  const { rendered } = await requestOf(image, buildKit);
  let base: string | undefined;
  for (const [index, step] of rendered!.steps.entries()) {
    const tag = `ambit-test-render:${name}-${process.pid}-${index}`;
    tags.unshift(tag);
    await buildStep(step, tag, { buildKit, ...(base === undefined ? {} : { base }) });
    base = tag;
  }
  return base!;
}

describe.skipIf(dockerSocket === undefined)('rendered images [needs docker]', () => {
  it('have everything at once: packages, variables, users, commands, files', { timeout: 600_000 }, async () => {
    const odd = 'x "y" $z \\ \'q\' `w`';
    const image = Image.fromDebianBase()
      .withAptPackages('jq')
      .withNpmPackages('left-pad@1.3.0', `own@file:${join(folder, 'own')}`)
      .withPipPackages('six>=1.15,<2')
      .withEnv({ ODD: odd, LINES: 'one\ntwo $ODD', PATH: '$PATH:/my/bin' })
      .withUser('node')
      .withWorkdir('/app/a b$c')
      .withCommands(
        'cat <<EOF > here.txt\n$(whoami) in $PWD\nEOF\nprintf "%s" "$ODD" > odd.txt',
        'jq --version; python -c "import six"; node -e 0',
      )
      .withSource(join(folder, 'src'))
      .withSource(join(folder, 'src'), `/data/it's "$q" \\n`);
    const tag = await build('all', image);
    const shown = await runIn(
      tag,
      `id -un; pwd; cat here.txt odd.txt; echo; printf '%s\\n' "$LINES"; ls -A; stat -c '%a %U' run.sh 'sub dir/$x/ä"b.txt'; readlink link; ls '/data/it'"'"'s "$q" \\n'; echo $PATH; ls /opt/ambit/npm/node_modules`,
    );
    expect(shown.split('\n').slice(0, 6)).toEqual(['node', '/app/a b$c', 'node in /app/a b$c', odd, 'one', 'two $ODD']);
    expect(shown).toContain('755 node\n600 node\nrun.sh\n');
    expect(shown).not.toContain('left out.log');
    expect(shown).toMatch(/\/opt\/ambit\/venv\/bin:\/opt\/ambit\/npm\/node_modules\/\.bin:.*:\/my\/bin\n/);
    expect(JSON.parse(await runIn(tag, 'cat /opt/ambit/image.json'))).toMatchObject({
      env: { ODD: odd, LINES: 'one\ntwo $ODD' },
      workdir: '/app/a b$c',
      nodeModules: '/opt/ambit/npm/node_modules',
      venv: '/opt/ambit/venv',
    });
  });

  it('have Node on a base of Python, and projects without what installed them', { timeout: 600_000 }, async () => {
    const image = Image.fromDebianBase({ python: '3.11' })
      .withRequirements(join(folder, 'req/requirements.txt'))
      .withNpmPackages('is-number@7.0.0')
      .withNpmProject(join(folder, 'project'));
    const tag = await build('project', image);
    const shown = await runIn(
      tag,
      'python -c "import six; print(six.__version__)"; npm --version > /dev/null; cd /opt/ambit/npm; ls -A . node_modules',
    );
    expect(shown).toMatch(/^1\.16\.0\n/);
    expect(shown).toMatch(/is-number\s+left-pad/);
    expect(shown).not.toContain('.npmrc');
  });

  it.each([true, false])('stand on a Dockerfile of the user, with BuildKit or without: %s', { timeout: 600_000 }, async (buildKit) => {
    const image = Image.fromDockerfile(join(folder, 'df/Dockerfile'), { target: 'one', args: { V: 'a b "c" $d' } })
      .withSource(join(folder, 'src'))
      .withCommands('ls run.sh > seen.txt');
    const tag = await build(`dockerfile-${buildKit}`, image, buildKit);
    expect((await runIn(tag, 'cat /v /srv/seen.txt; ls /sub')).split('\n')).toEqual(['a b "c" $d', 'run.sh', 'f', '']);
  });
});
