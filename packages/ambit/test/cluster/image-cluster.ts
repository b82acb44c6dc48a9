import { appendFileSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from '@ambit/docker';
import { copyRuntimeCommand } from '@ambit/plugin-api';
import type { Executor, Location, Placement, Plugin, PluginHost } from '@ambit/plugin-api';
import { changedExecutor } from '../behaviour/changed-executor.ts';
import { ask, runContainer } from './engine-api.ts';

export interface ImageClusterOptions {
  /** A file to which each runtime that is placed is added, as a line of JSON. */
  readonly placed: string;
  readonly login?: { readonly username: string; readonly password: string } | undefined;
}

type Registry = Extract<Location, { kind: 'registry' }>;

/**
 * Containers of a Docker engine that takes everything from a registry, as a cluster does. Of a runtime it pulls the image, by its digest, and
 * a container of that copies it into a folder; nothing else of the runtime is used.
 */
export function imageCluster({ placed, login }: ImageClusterOptions): Plugin {
  const executor = (host: PluginHost): Executor => {
    const inner = docker().executor(host);
    const copies = new Map<string, Promise<string>>();
    const copied = async ({ image, runtime }: Placement): Promise<Placement> => {
      const pushed = runtime.locations.find((each) => each.kind === 'registry') as Registry;
      const folder = copies.get(pushed.digest) ?? copyOf(pushed, login);
      copies.set(pushed.digest, folder);
      const path = await folder;
      // By the digest of what was pulled: the engine may have the same runtime from elsewhere.
      return { image, runtime: { digest: pushed.digest, locations: [{ kind: 'host-directory', machine: host.machine.id, path }] } };
    };
    return changedExecutor(inner, {
      describe: async (signal) => ({ ...(await inner.describe(signal)), accepts: [{ kind: 'registry' }], runtime: ['image'] }),
      reserve: (request, placement, signal) => {
        appendFileSync(placed, `${JSON.stringify(placement?.runtime)}\n`);
        return inner.reserve(request, placement, signal);
      },
      async *prepare(reservation, placement, signal) {
        yield* inner.prepare!(reservation, await copied(placement), signal);
      },
      start: async (reservation, placement, signal) => inner.start(reservation, await copied(placement), signal),
      dispose: async () => {
        await inner.dispose();
        for (const folder of copies.values()) await rm(await folder, { recursive: true, force: true });
      },
    });
  };
  return { type: 'image-cluster', apiVersion: 1, executor };
}

async function copyOf(pushed: Registry, login: ImageClusterOptions['login']): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-copied-'));
  const image = await pull(pushed, login);
  const { code, said } = await runContainer({ image, command: copyRuntimeCommand('/copy'), mounts: { [folder]: '/copy' } });
  if (code !== 0) throw new Error(`the runtime was not copied: ${said}`);
  return folder;
}

/** By the digest alone: the tag may be another's by now. */
export async function pull({ reference, digest }: Registry, login: ImageClusterOptions['login']): Promise<string> {
  const image = `${reference.slice(0, reference.lastIndexOf(':'))}@${digest}`;
  const auth = login && { 'x-registry-auth': Buffer.from(JSON.stringify(login)).toString('base64url') };
  const said = await ask('POST', `/images/create?fromImage=${encodeURIComponent(image)}`, auth && { headers: auth });
  if (said.includes('"error"')) throw new Error(said);
  return image;
}
