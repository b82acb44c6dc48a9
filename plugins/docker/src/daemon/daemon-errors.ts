import { AmbitError } from '@ambit/plugin-api';
import type { Endpoint } from './endpoint.ts';
import { isOfTls, tlsError } from './tls-errors.ts';

const silent = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EAI_AGAIN']);
const broken = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_EOF_STATE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What a broken or refused connection to the engine means. */
export function connectionError(error: unknown, endpoint: Endpoint, hasAnswered = false): AmbitError {
  if (AmbitError.is(error)) return error;
  const { address } = endpoint;
  const failure = error as NodeJS.ErrnoException;
  const { code = '', message } = failure;
  if (code === 'EACCES' || code === 'EPERM') return mayNot(address, error);
  if (silent.has(code)) return doesNotAnswer(endpoint, code === 'ENOENT' ? 'there is no such socket' : wordsOf(failure), error);
  if (broken.has(code) || /aborted|hang up|closed/.test(message)) return dropped(address, error, hasAnswered ? '' : suspicion(endpoint));
  if (code.startsWith('HPE_')) return doesNotAnswer(endpoint, 'what answers there does not speak HTTP', error, suspicion(endpoint));
  if (isOfTls(failure)) return tlsError(failure, endpoint);
  return doesNotAnswer(endpoint, message, error);
}

/** With what there may be to it, as a sentence. */
export function dropped(address: string, cause?: unknown, suspected = ''): AmbitError {
  return new AmbitError('AMBIT_DOCKER_DROPPED', `The Docker engine at ${address} closed the connection before it had answered in full.`, {
    hint: `See whether it was restarted or ran out of memory, then try again.${suspected && ` ${suspected}`}`,
    facts: { address },
    cause,
  });
}

/** Servers with TLS may leave without a word those whose certificate they do not accept, and those who do not speak it. */
function suspicion({ server }: Endpoint): string {
  if (!server) return '';
  if (!server.tls) return 'If it speaks TLS: name its certificates, docker({ tls: { ca, cert, key } }).';
  const { cert } = server.tls;
  return cert ? `It may not accept the client certificate ${cert}.` : 'It may want a client certificate: docker({ tls: { cert, key } }).';
}

/** Of a name with several addresses, what was wrong with each. */
function wordsOf(error: NodeJS.ErrnoException): string {
  const all = error instanceof AggregateError ? (error.errors as Error[]).map(({ message }) => message) : [error.message];
  return [...new Set(all)].join(', ');
}

function doesNotAnswer({ address, server }: Endpoint, reason: string, cause: unknown, suspected = ''): AmbitError {
  const check = server ? 'See that its host and port are right and reached from here' : 'Start it';
  return new AmbitError('AMBIT_DOCKER_UNREACHABLE', `The Docker engine at ${address} does not answer: ${reason}.`, {
    hint: `${suspected && `${suspected} `}${check}, or name another one: docker({ host }), DOCKER_HOST, or docker context use.`,
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
