import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localMachine } from '@ambit/local';
import { platformOf } from '@ambit/plugin-api';
import type { BuildRequest, Layer } from '@ambit/plugin-api';
import { testHost } from '@ambit/testkit';
import type { BuilderContext } from '@ambit/testkit';
import { pnpmBuilder } from '../pnpm-builder.ts';

/** What the clauses of builders run against: packages in folders, whose install scripts count, fail and wait. */
export function pnpmPlace(cacheDirectory: string): BuilderContext {
  const home = mkdtempSync(join(tmpdir(), 'own-builder-'));
  const machine = localMachine({ cacheDirectory, stateDirectory: join(home, 'state') });
  const file = (name: string): string => join(home, name);
  let isOver = false;

  /** A script that runs when the package of this name is installed. */
  const request = (name: string, script = 'true'): BuildRequest => {
    const folder = file(`packages/${name}`);
    mkdirSync(folder, { recursive: true });
    const scripts = { install: `${script} && echo done >> ${file(`${name}.count`)}` };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', scripts }));
    const layers: readonly Layer[] = [
      { kind: 'env', variables: { NAME: name } },
      { kind: 'npm', specs: [`file:${folder}`] },
    ];
    const digest = `sha256:${createHash('sha256').update(JSON.stringify(layers)).digest('hex')}` as const;
    const platform = platformOf({ os: process.platform, arch: process.arch });
    return { identity: { digest, platform }, base: { reference: 'debian:bookworm-slim' }, layers, parentLayers: 0, files: [], machine };
  };
  const appears = async (path: string): Promise<void> => {
    while (!existsSync(path) && !isOver) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  return {
    open: () => pnpmBuilder(testHost(file('state/pnpm'), { instance: 'pnpm', machine })),
    request: (name) => request(name),
    failing: () => request('failing', `test -e ${file('mended')}`),
    mend: async () => writeFileSync(file('mended'), ''),
    slow() {
      const wait = `echo begun > ${file('begun')} && while [ ! -e ${file('finish')} ]; do sleep 0.02; done`;
      return { request: request('slow', wait), begun: appears(file('begun')), finish: () => writeFileSync(file('finish'), '') };
    },
    timesBuilt: async ({ layers }) => {
      const name = layers.flatMap((layer) => (layer.kind === 'env' ? [layer.variables['NAME']] : []))[0];
      return existsSync(file(`${name}.count`)) ? readFileSync(file(`${name}.count`), 'utf8').split('\n').length - 1 : 0;
    },
    leftovers: async () => {
      const images = join(cacheDirectory, 'pnpm/images');
      return existsSync(images) ? readdirSync(images).filter((name) => name.includes('.')) : [];
    },
    dispose: async () => {
      isOver = true;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
