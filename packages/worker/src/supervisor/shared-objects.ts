import { constants } from 'node:fs';
import { access, copyFile, link, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineSession } from '../protocol/worker-end.ts';
import { isConnectionEnd } from './connection-end.ts';

/**
 * Hands contents over in a folder of the engine's object store, where this worker can prove that it sees that folder. Whatever
 * does not work here is no error: the bytes go over the connection then.
 */
export class SharedObjects {
  readonly #folders = new WeakMap<EngineSession, Promise<string | undefined>>();

  /** Whether the engine took it. */
  async put(session: EngineSession, path: string, content: { readonly digest: string; readonly size: number }): Promise<boolean> {
    const folder = await this.#folderOf(session);
    if (folder === undefined) return false;
    const name = `${crypto.randomUUID()}.given`;
    try {
      await linkOrCopy(path, join(folder, name));
      await session.takeObject(name, content);
      return true;
    } catch (error) {
      await rm(join(folder, name), { force: true }).catch(() => undefined);
      return notHere(error, false);
    }
  }

  /** Puts a content under a path of this worker's, without a copy where that can be; answers where it is to be read, if anywhere. */
  async get(session: EngineSession, digest: string, path: string): Promise<string | undefined> {
    if ((await this.#folderOf(session)) === undefined) return undefined;
    try {
      const found = await session.findObject(digest);
      if (found === undefined) return undefined;
      await access(found, constants.R_OK);
      return await link(found, path).then(
        () => path,
        () => found,
      );
    } catch (error) {
      return notHere(error, undefined);
    }
  }

  #folderOf(session: EngineSession): Promise<string | undefined> {
    const known = this.#folders.get(session);
    if (known) return known;
    const folder = provedFolder(session);
    this.#folders.set(session, folder);
    return folder;
  }
}

async function provedFolder(session: EngineSession): Promise<string | undefined> {
  const folder = await session.objectFolder();
  if (!folder) return undefined;
  const { directory, proof } = folder;
  const found = await readFile(join(directory, proof.name), 'utf8').catch(() => undefined);
  return found === proof.content ? directory : undefined;
}

/** On another file system it is a copy; one without bytes of its own where the file system can do that. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
}

function notHere<T>(error: unknown, answer: T): T {
  if (isConnectionEnd(error)) throw error;
  return answer;
}
