import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/machine/find-program.ts';
import { ExecutorPlace, hasProcess, never, uniqueSeconds, until } from './executor-place.ts';

let place: ExecutorPlace;
beforeEach(() => {
  place = new ExecutorPlace();
});
afterEach(() => place.dispose());

/** An environment whose `unshare` is this script. */
function withUnshare(script: string): NodeJS.ProcessEnv {
  const folder = join(place.directory, 'programs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'unshare'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'unshare'), 0o755);
  return { ...place.env, PATH: `${folder}:${place.env['PATH']}` };
}

describe('pid namespaces', () => {
  it('are used without a /proc of their own where mounting it is refused, and prove a stop all the same', async () => {
    const real = findProgram('unshare', process.env['PATH']);
    const env = withUnshare(`for each; do [ "$each" = --mount-proc ] && exit 1; done\nexec ${real} "$@"`);
    const executor = place.open({ env });
    const escape = uniqueSeconds();
    const { handle } = await place.start(executor, { escape });
    await until('the escaped process runs', () => hasProcess(escape));
    expect((await executor.stop(handle, { graceMs: 0 }, never())).stopped).toBe('proved');
    expect(hasProcess(escape)).toBe(false);
  });

  it('are not claimed where they are refused, and workers start without', async () => {
    const executor = place.open({ env: withUnshare('exit 1') });
    expect((await executor.describe(never())).stopProof).toEqual([]);
    const { handle, reservation } = await place.start(executor);
    await (await executor.connect(handle, never())).close();
    expect((await executor.stop(reservation, { graceMs: 0 }, never())).stopped).toBe('unconfirmed');
  });

  it('are probed again after they were refused to a worker', async () => {
    const flag = join(place.directory, 'refuse');
    const real = findProgram('unshare', process.env['PATH']);
    const env = withUnshare(`[ -e ${flag} ] && { echo "unshare: Operation not permitted" >&2; exit 1; }\nexec ${real} "$@"`);
    const executor = place.open({ env });
    expect((await executor.describe(never())).stopProof).toEqual(['pid-namespace']);
    writeFileSync(flag, '');
    const { handle, reservation } = await place.start(executor);
    await expect(executor.connect(handle, never())).rejects.toMatchObject({
      message: expect.stringContaining('Operation not permitted') as unknown,
    });
    expect(await executor.stop(reservation, { graceMs: 0 }, never())).toMatchObject({
      stopped: 'proved',
      evidence: expect.stringContaining('no pid namespace came to be') as unknown,
    });
    expect((await place.open({ env }).describe(never())).stopProof).toEqual([]);
  });
});
