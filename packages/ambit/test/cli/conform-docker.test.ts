import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabelledImage } from './labelled-image.ts';
import { TestProject } from './test-project.ts';

interface Report {
  readonly roles: readonly { readonly role: string; readonly results: readonly Result[] }[];
  readonly totals: { readonly passed: number; readonly failed: number; readonly notClaimed: number };
}

interface Result {
  readonly id: string;
  readonly result: string;
  readonly message?: string;
}

const engine = process.env['DOCKER_HOST'];

/** Of each worker, the first stop only says that it was done; and of each image that it is there. */
const lying = `import { docker } from '@ambit/docker';
const right = docker();
const lied = new Set();
const proof = { stopped: 'proved', mechanism: 'container', evidence: 'believe me' };
const idOf = (target) => ('request' in target ? target.request.id : target.id);
export default {
  ...right,
  builder: (host) => {
    const builder = right.builder(host);
    builder.exists = async (identity) => ({ exists: 'yes', image: { identity, locations: [], durationMs: 0 } });
    return builder;
  },
  executor: (host) => {
    const executor = right.executor(host);
    const stop = executor.stop.bind(executor);
    executor.stop = async (target, ...rest) => {
      if (lied.has(idOf(target))) return stop(target, ...rest);
      lied.add(idOf(target));
      return proof;
    };
    return executor;
  },
};
`;

describe.skipIf(engine === undefined)('ambit conform on a plugin of containers [needs docker]', () => {
  let project: TestProject;
  let image: LabelledImage;

  beforeAll(async () => {
    image = await LabelledImage.make(engine!, 'busybox:latest');
    project = await TestProject.make({ 'docker.ts': "export { docker as default } from '@ambit/docker';\n", 'lying.ts': lying });
    await project.write({ 'node_modules/@ambit/.keep': '' });
    const docker = fileURLToPath(new URL('../../../../plugins/docker', import.meta.url));
    await symlink(docker, join(project.folder, 'node_modules/@ambit/docker'));
  });
  afterAll(async () => {
    await project.remove();
    await image.remove();
  });

  async function conform(file: string): Promise<{ readonly code: number; readonly report: Report; readonly failed: readonly Result[] }> {
    const { code, stdout, stderr } = await project.ambit(['conform', file, '--image', image.name, '--json', '-q']);
    expect(stdout, stderr).not.toBe('');
    const report = JSON.parse(stdout) as Report;
    return { code, report, failed: report.roles.flatMap(({ results }) => results.filter(({ result }) => result === 'failed')) };
  }

  it('finds nothing wrong with Docker, and leaves little unseen', { timeout: 400_000 }, async () => {
    const { code, report, failed } = await conform('docker.ts');
    expect(failed).toEqual([]);
    expect(code).toBe(0);
    expect(report.roles.map(({ role }) => role)).toEqual(['plugin', 'builder', 'executor']);
    expect(report.totals.passed).toBeGreaterThanOrEqual(80);
  });

  it('finds what lies of stops and of images', { timeout: 400_000 }, async () => {
    const { code, failed } = await conform('lying.ts');
    expect(code).toBe(1);
    expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining(['BU-EXISTS-01', 'BU-FAIL-01', 'EX-STOP-01', 'EX-RELEASE-01']));
  });
});
