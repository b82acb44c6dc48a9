import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildRequest } from '@ambit/plugin-api';
import type { BuilderContext } from '@ambit/testkit';
import { BuilderPlace } from './builder-place.ts';

/** What builder clauses run against: packages in folders, whose install scripts count, fail and wait. */
export function hostContext(): BuilderContext {
  const place = new BuilderPlace();
  const counts = new Map<string, string>();
  const mended = join(place.directory, 'mended');
  let isOver = false;
  const request = (name: string, before = 'true'): BuildRequest => {
    const count = join(place.directory, `${name}.count`);
    const spec = place.package(name, { install: `${before} && echo x >> ${count}` });
    const made = place.request([
      { kind: 'env', variables: { NAME: name } },
      { kind: 'npm', specs: [spec] },
    ]);
    counts.set(made.identity.digest, count);
    return made;
  };
  const appears = async (file: string): Promise<void> => {
    while (!existsSync(file) && !isOver) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    open: () => place.open(),
    request: (name) => request(name),
    failing: () => request('failing', `test -e ${mended}`),
    mend: async () => writeFileSync(mended, ''),
    slow() {
      const [begun, finish] = [join(place.directory, 'begun'), join(place.directory, 'finish')];
      const wait = `echo x > ${begun} && while [ ! -e ${finish} ]; do sleep 0.02; done`;
      return { request: request('slow', wait), begun: appears(begun), finish: () => writeFileSync(finish, '') };
    },
    async timesBuilt({ identity }) {
      const count = counts.get(identity.digest);
      return count && existsSync(count) ? readFileSync(count, 'utf8').split('\n').length - 1 : 0;
    },
    leftovers: async () => place.leftovers(),
    async dispose() {
      isOver = true;
      await place.dispose();
    },
  };
}
