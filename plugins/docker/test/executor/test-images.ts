import { Readable } from 'node:stream';
import { TAR_END, tarHeader } from '../../src/executor/folder-tar.ts';
import type { ContainerPlace } from './container-place.ts';
import { never } from './container-place.ts';

export interface TestImage {
  readonly base: string;
  /** By absolute path; all may be started. */
  readonly files?: Readonly<Record<string, string>>;
  /** As in a Dockerfile. */
  readonly changes?: readonly string[];
}

/** Makes an image without building one, and gives its name: it has to be removed. */
export async function testImage(
  { daemon, containers }: ContainerPlace,
  { base, files = {}, changes = ['LABEL dev.ambit.test=1'] }: TestImage,
): Promise<string> {
  const name = `ambit-test-${crypto.randomUUID()}`;
  const created = await containers.create(name, { Image: base, Cmd: ['none'] }, never());
  if ('conflict' in created) throw new Error(`there is a ${name}`);
  try {
    const entries = Object.entries(files).flatMap(([path, text]) => {
      const data = Buffer.from(text);
      const padding = Buffer.alloc((512 - (data.length % 512)) % 512);
      return [tarHeader({ name: path.slice(1), mode: 0o755, size: data.length }), data, padding];
    });
    await containers.upload(created.id, '/', Readable.from([...entries, TAR_END]), never());
    await daemon.json({
      method: 'POST',
      path: '/commit',
      query: { container: created.id, repo: name, changes: changes.join('\n') },
      signal: never(),
    });
    return `${name}:latest`;
  } finally {
    await containers.remove(created.id, never());
  }
}

export async function removeImage({ daemon }: ContainerPlace, name: string): Promise<void> {
  await daemon.json({ method: 'DELETE', path: `/images/${name}`, query: { force: true }, signal: never() });
}
