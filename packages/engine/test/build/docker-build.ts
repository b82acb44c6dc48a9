import { request } from 'node:http';
import type { RenderedStep } from '@ambit/plugin-api';
import { never } from '../support/world.ts';

/** Where Docker listens, where it listens on a socket. */
export const dockerSocket = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1];

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request to Docker. */
export function ask(method: string, path: string, body?: AsyncIterable<Uint8Array> | object): Promise<Answer> {
  const isStream = body !== undefined && Symbol.asyncIterator in body;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': isStream ? 'application/x-tar' : 'application/json' };
    const asked = request({ socketPath: dockerSocket, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    asked.on('error', reject);
    send(asked, body, isStream).catch(reject);
  });
}

async function send(
  asked: ReturnType<typeof request>,
  body: AsyncIterable<Uint8Array> | object | undefined,
  isStream: boolean,
): Promise<void> {
  if (isStream)
    for await (const chunk of body as AsyncIterable<Uint8Array>)
      if (!asked.write(chunk)) await new Promise((resolve) => asked.once('drain', resolve));
  asked.end(isStream || body === undefined ? undefined : JSON.stringify(body));
}

/** Builds one step, by BuildKit or by the older builder; throws what it says where that fails. */
export async function buildStep(
  step: RenderedStep,
  tag: string,
  options: { readonly base?: string; readonly buildKit: boolean },
): Promise<void> {
  const args = { ...step.args, ...(options.base === undefined ? {} : { AMBIT_BASE: options.base }) };
  const query = new URLSearchParams({
    t: tag,
    dockerfile: step.dockerfile,
    version: options.buildKit ? '2' : '1',
    buildargs: JSON.stringify(args),
    forcerm: '1',
    labels: JSON.stringify({ 'dev.ambit.test': 'render' }),
    ...(step.target === undefined ? {} : { target: step.target }),
  });
  const { text } = await ask('POST', `/build?${query.toString()}`, step.context.open(never()));
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  const failed = lines.map((line) => (JSON.parse(line) as { error?: string }).error).find((error) => error !== undefined);
  if (failed !== undefined) throw new Error(`${failed}\n${text.slice(-2000)}`);
}

/** What a script prints in an image. */
export async function runIn(image: string, script: string): Promise<string> {
  const made = await ask('POST', '/containers/create', { Image: image, Cmd: ['/bin/sh', '-ec', script], Entrypoint: [], Tty: true });
  const { Id: id } = JSON.parse(made.text) as { Id: string };
  try {
    await ask('POST', `/containers/${id}/start`);
    await ask('POST', `/containers/${id}/wait`);
    return (await ask('GET', `/containers/${id}/logs?stdout=1&stderr=1`)).text.replaceAll('\r\n', '\n');
  } finally {
    await ask('DELETE', `/containers/${id}?force=1&v=1`);
  }
}

export async function removeImage(tag: string): Promise<void> {
  await ask('DELETE', `/images/${tag}?force=1`);
}
