import { AmbitError } from '@ambit/plugin-api';
import { DaemonRefusal } from '../daemon/daemon-refusal.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { jsonLines } from '../daemon/json-lines.ts';
import type { Credentials } from '../registry/credentials.ts';
import { engineLogin } from '../registry/engine-login.ts';
import { parseReference } from '../registry/image-reference.ts';
import { isNoSpace } from './executor-errors.ts';

export interface PullParts {
  readonly daemon: Daemon;
  /** Of the registry of a reference; undefined where nobody logged in. */
  readonly credentials: (reference: string, signal: AbortSignal) => Promise<Credentials | undefined>;
  readonly reference: string;
  readonly platform: string;
  /** Bytes, of all layers that are known so far. */
  readonly onProgress: (done: number, total: number) => void;
}

interface PullStep {
  readonly id?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

export async function pullImage(parts: PullParts, signal: AbortSignal): Promise<void> {
  const { daemon, reference, platform } = parts;
  const login = await parts.credentials(reference, signal);
  const auth = login && engineLogin(parseReference(reference).host, login);
  const query = { fromImage: reference, platform };
  try {
    const steps = await daemon.stream({ method: 'POST', path: '/images/create', query, ...(auth && { auth }), signal });
    await followPull(jsonLines<PullStep>(steps), parts);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof DaemonRefusal ? notPulled(reference, error.reason, error) : error;
  }
}

async function followPull(steps: AsyncIterable<PullStep>, { reference, onProgress }: PullParts): Promise<void> {
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  for await (const { id = '', error, progressDetail: { current, total } = {} } of steps) {
    if (error !== undefined) throw notPulled(reference, error);
    if (current === undefined || total === undefined || total < current) continue;
    layers.set(id, { current, total });
    const known = [...layers.values()];
    onProgress(
      known.reduce((sum, layer) => sum + layer.current, 0),
      known.reduce((sum, layer) => sum + layer.total, 0),
    );
  }
}

function notPulled(reference: string, why: string, cause?: unknown): AmbitError {
  const isPassing = isNoSpace(why) || /timeout|timed out|dial tcp|connection|EOF|too many requests|TLS handshake/i.test(why);
  const isDenied = /denied|unauthorized|authentication|no basic auth/i.test(why);
  return new AmbitError('AMBIT_DOCKER_PULL', `The image ${reference} could not be pulled: ${why}.`, {
    hint: isDenied
      ? 'Log in with docker login, or give a login in docker({ registries }); check the name too.'
      : 'Check the name of the image, and that the engine reaches its registry.',
    facts: { reference, ...(isPassing ? {} : { failure: 'configuration' }) },
    ...(cause === undefined ? {} : { cause }),
  });
}
