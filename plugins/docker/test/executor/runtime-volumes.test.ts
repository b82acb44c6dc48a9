import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock, Placement } from '@ambit/plugin-api';
import { silentLogger, wallClock } from '@ambit/testkit';
import { RuntimeVolumes } from '../../src/executor/runtime-volumes.ts';
import { engine } from '../testbed.ts';
import { ContainerPlace, never } from './container-place.ts';

const machine = 'machine-1';
let folder: string;
let runtime: Placement['runtime'];
let place: ContainerPlace;
let name: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ad-runtime-'));
  writeFileSync(join(folder, 'node'), randomBytes(300_000), { mode: 0o755 });
  const digest = `sha256:${randomBytes(32).toString('hex')}` as const;
  runtime = { digest, locations: [{ kind: 'host-directory', machine, path: folder }] };
  name = `ambit-runtime-${digest.slice(7, 23)}`;
  place = await ContainerPlace.make('socket');
});
afterEach(async () => {
  for (const container of [name, `${name}-filling`]) await place.containers.remove(container, never());
  if (engine) await place.daemon.json({ method: 'DELETE', path: `/volumes/${name}`, query: { force: true }, signal: never() });
  await place.dispose();
  await rm(folder, { recursive: true, force: true });
});

function volumes(clock: Clock = wallClock()): RuntimeVolumes {
  const { daemon, containers } = place;
  return new RuntimeVolumes({ daemon, containers, clock, log: silentLogger, machine });
}

async function isWhole(): Promise<boolean> {
  const [holder, filling] = await Promise.all([name, `${name}-filling`].map((each) => place.containers.inspect(each, never())));
  return holder !== undefined && filling === undefined && place.containers.hasFile(name, '/opt/ambit/runtime/node', never());
}

describe.skipIf(engine === undefined)('the runtime [needs docker]', () => {
  it('is brought once, however many processes want it at once', async () => {
    const names = await Promise.all([volumes(), volumes(), volumes()].map((each) => each.ensure(runtime, never())));
    expect(names).toEqual([name, name, name]);
    expect(await isWhole()).toBe(true);
    await rm(folder, { recursive: true });
    expect(await volumes().ensure(runtime, never())).toBe(name);
  });

  it('is brought by the next one where the process that was at it has died', async () => {
    const broken = { ...runtime, locations: [{ kind: 'host-directory', machine, path: '/nowhere' }] } as const;
    await expect(volumes().ensure(broken, never())).rejects.toThrow();
    await place.containers.create(`${name}-filling`, { Image: 'ambit-empty:latest', Cmd: ['none'] }, never());
    const waits: number[] = [];
    const clock = { ...wallClock(), sleep: async (milliseconds: number) => void waits.push(milliseconds) };
    expect(await volumes(clock).ensure(runtime, never())).toBe(name);
    expect(waits.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(60_000);
    expect(await isWhole()).toBe(true);
  });
});
