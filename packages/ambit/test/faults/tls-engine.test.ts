import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OwnAuthority, hasOpenssl } from '../../../../tools/own-authority.ts';
import { TestProject } from '../cli/test-project.ts';
import type { Ended } from '../cli/test-project.ts';
import { CutProxy } from '../../../../tools/cut-proxy.ts';

const behind = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1];

const config = `import { docker } from '@ambit/docker';
import { defineConfig } from 'ambit';
const place = { executor: 'docker', builder: 'docker' };
export default defineConfig({ builders: { docker: docker() }, executors: { docker: docker() }, environments: { box_env: place } });
`;
const main = `import { File, Image, TaskEnvironment } from 'ambit';
const box = new TaskEnvironment({ name: 'box_env', image: Image.fromBase('busybox:latest').withEnv({ WORD: 'WORD_HERE' }) });
export const copy = box.task('copy', async (file: File) => {
  for (let line = 1; line <= 2000; line += 1) console.log('line ' + line);
  return { word: process.env.WORD, bytes: (await file.bytes()).length, back: await File.from(await file.bytes(), 'back') };
});
export const wait = box.task('wait', async () => {
  console.log('it waits');
  await new Promise((resolve) => setTimeout(resolve, 4000));
  return 'waited';
});
`;

let folder: string;
let port: CutProxy;
let project: TestProject;
let env: Readonly<Record<string, string>>;
let image: string | undefined;

function ambit(...words: readonly string[]): Promise<Ended> {
  return project.ambit(words, { env });
}

async function removeImage(): Promise<void> {
  if (image === undefined) return;
  const asked = request({ socketPath: behind, method: 'DELETE', path: `/images/${image}?force=true` }).end();
  await once(asked, 'response');
}

if (behind === undefined || !hasOpenssl) it.skip('an engine behind TLS [needs docker]');
else
  describe('an engine that is reached over TLS [needs docker]', { timeout: 120_000 }, () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'ambit-tls-'));
      const authority = OwnAuthority.make(join(folder, 'authority'));
      const server = authority.sign('server', { names: 'IP:127.0.0.1' });
      const own = authority.sign('client');
      mkdirSync(join(folder, 'certs'));
      copyFileSync(authority.file, join(folder, 'certs/ca.pem'));
      renameSync(own.cert, join(folder, 'certs/cert.pem'));
      renameSync(own.key, join(folder, 'certs/key.pem'));
      const [ca, cert, key] = [authority.file, server.cert, server.key].map((file) => readFileSync(file));
      port = new CutProxy(behind, 'port', { ...(ca && cert && key && { ca, cert, key }), requestCert: true });
      await port.join();
      env = { DOCKER_HOST: port.host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(folder, 'certs') };
      const text = main.replace('WORD_HERE', folder);
      project = await TestProject.make({ 'ambit.config.ts': config, 'main.ts': text, 'data.bin': 'x'.repeat(3_000_000) });
      const scope = join(project.folder, 'node_modules/@ambit');
      mkdirSync(scope);
      symlinkSync(fileURLToPath(new URL('../../../../plugins/docker', import.meta.url)), join(scope, 'docker'));
    });
    afterAll(async () => {
      await removeImage();
      await Promise.all([port.cut(), project.remove()]);
      rmSync(folder, { recursive: true, force: true });
    });

    it('is found by the doctor', async () => {
      const { code, stdout } = await ambit('doctor');
      expect(code, stdout).toBe(0);
      expect(stdout).toMatch(new RegExp(`✓ docker +Docker .* at ${port.host}: linux/`));
      expect(stdout).toMatch(/✓ builder docker +makes apt/);
    });

    it('that is not there is said by the doctor, once, with what to do', async () => {
      await port.cut();
      const { code, stdout } = await ambit('doctor');
      await port.join();
      expect(code, stdout).toBe(6);
      const said = `The Docker engine at ${port.host} does not answer: connect ECONNREFUSED`;
      for (const place of ['builder docker', 'executor docker'])
        expect(stdout).toMatch(new RegExp(`✗ ${place} +${said} .*\\n +See that its host and port are right`));
      expect(stdout).toContain(`${port.host} (DOCKER_HOST) does not answer: connect ECONNREFUSED`);
    });

    it('builds an image', async () => {
      const { code, stdout, stderr } = await ambit('build', 'main.ts', 'copy', '--json');
      expect(code, stderr).toBe(0);
      const [built] = (JSON.parse(stdout) as { readonly images: readonly { readonly identity: string; readonly status: string }[] }).images;
      image = `ambit:${built?.identity.slice('sha256:'.length, 'sha256:'.length + 32)}`;
      expect(built).toMatchObject({ status: 'built' });
    });

    it('runs a task, with its files and all lines of its log', async () => {
      const { code, stdout, stderr } = await ambit('run', 'main.ts', 'copy', '--file', 'data.bin');
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ word: folder, bytes: 3_000_000, back: { size: 3_000_000 } });
      expect([...stderr.matchAll(/\| line (\d+)$/gm)].map(([, line]) => Number(line))).toEqual(
        Array.from({ length: 2000 }, (_, index) => index + 1),
      );
    });

    it('is connected to again when a connection breaks', async () => {
      const running = project.start(['run', 'main.ts', 'wait'], { env });
      await running.until('it waits');
      await port.cut();
      await port.join();
      const { code, stdout, stderr } = await running.ended;
      expect({ code, stdout: stdout.trim() }, stderr).toEqual({ code: 0, stdout: 'waited' });
    });

    it('has a task stopped that is cancelled', async () => {
      const running = project.start(['run', 'main.ts', 'wait'], { env });
      await running.until('it waits');
      running.child.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect(code, stderr).toBe(130);
      expect(stderr).toMatch(/All that it started has stopped:\n.*container [0-9a-f]{12} ended/);
    });
  });
