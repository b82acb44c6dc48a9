import { Readable } from 'node:stream';
import { tar } from '@ambit/plugin-api';
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
    const contents = new Map(Object.entries(files).map(([path, text]) => [path.slice(1), Buffer.from(text)]));
    const entries = Array.from(contents, ([path, { length: size }]) => ({ path, kind: 'file', mode: 0o755, size }) as const);
    const content = (path: string): Readable => Readable.from([contents.get(path)]);
    await containers.upload(created.id, '/', Readable.from(tar(entries, content)), never());
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
