import { AmbitError } from '@ambit/plugin-api';

const silent = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EAI_AGAIN']);
const broken = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_EOF_STATE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What a broken or refused connection to the engine means. */
export function connectionError(error: unknown, address: string): AmbitError {
  if (AmbitError.is(error)) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return mayNot(address, error);
  if (silent.has(code)) return doesNotAnswer(address, code === 'ENOENT' ? 'there is no such socket' : message, error);
  if (broken.has(code) || /aborted|hang up|closed/.test(message)) return dropped(address, error);
  if (code === 'EPROTO' || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|SELF_SIGNED|UNABLE_TO/.test(code))
    return untrusted(address, error);
  return doesNotAnswer(address, message, error);
}

export function dropped(address: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_DROPPED', `The Docker engine at ${address} closed the connection before it had answered in full.`, {
    hint: 'See whether it was restarted or ran out of memory, then try again.',
    facts: { address },
    cause,
  });
}

function doesNotAnswer(address: string, reason: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_UNREACHABLE', `The Docker engine at ${address} does not answer: ${reason}.`, {
    hint: 'Start it, or name another one: docker({ host }), DOCKER_HOST, or docker context use.',
    facts: { address, reason },
    cause,
  });
}

function mayNot(address: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_PERMISSION', `You may not use the Docker engine at ${address}.`, {
    hint: 'Join the group of its socket (usermod -aG docker $USER, then log in again), or use an engine of your own (rootless Docker).',
    facts: { address },
    cause,
  });
}

export function unreadablePem(file: string, cause: unknown): AmbitError {
  return new AmbitError(
    'AMBIT_DOCKER_TLS',
    `${file}, a certificate or key for the Docker engine, cannot be read: ${(cause as Error).message}.`,
    {
      hint: 'Name the right files in docker({ tls: { ca, cert, key } }), or in DOCKER_CERT_PATH.',
      facts: { file },
      cause,
    },
  );
}

function untrusted(address: string, cause: unknown): AmbitError {
  const { message } = cause as Error;
  return new AmbitError('AMBIT_DOCKER_TLS', `The Docker engine at ${address} and this machine do not trust each other: ${message}.`, {
    hint: 'Name the right files in docker({ tls: { ca, cert, key } }), or in DOCKER_CERT_PATH.',
    facts: { address },
    cause,
  });
}
