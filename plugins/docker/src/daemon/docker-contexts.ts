import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { DockerTls } from '../options.ts';
import { dockerFolder } from './docker-config.ts';
import type { Surroundings } from './docker-config.ts';
import { pemFilesIn } from './pem-files.ts';

/** What a context of Docker's command says of its engine. */
export interface DockerContext {
  readonly host: string;
  /** Undefined: it is asked without TLS. */
  readonly tls?: DockerTls;
}

interface ContextEngine {
  readonly Host?: string;
  readonly SkipTLSVerify?: boolean;
}

export async function readContext(name: string, surroundings: Surroundings): Promise<DockerContext> {
  const contexts = join(dockerFolder(surroundings), 'contexts');
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(contexts, 'meta', id, 'meta.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw noContext(name, `${file} cannot be read`, error);
  });
  const { Host: host, SkipTLSVerify: isUnverified } = engineOf(text) ?? {};
  if (!host) throw noContext(name, `${file} names no engine`);
  const tls = await pemFilesIn(join(contexts, 'tls', id, 'docker'));
  return { host, ...((isUnverified || Object.keys(tls).length > 0) && { tls }) };
}

function engineOf(text: string): ContextEngine | undefined {
  try {
    return (JSON.parse(text) as { readonly Endpoints?: { readonly docker?: ContextEngine } }).Endpoints?.docker;
  } catch {
    return undefined;
  }
}

function noContext(name: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_ENDPOINT', `There is no Docker context "${name}" to be used: ${why}.`, {
    hint: 'See docker context ls, and name one of them.',
    facts: { context: name },
    cause,
  });
}
