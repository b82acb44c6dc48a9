import { AmbitError } from '@ambit/plugin-api';
import type { DockerTls } from '../options.ts';
import type { Endpoint } from './endpoint.ts';

type TlsFailure = NodeJS.ErrnoException & { readonly cert?: { readonly subjectaltname?: string } };

interface Words {
  /** What goes on after the name of the engine. */
  readonly what: string;
  readonly hint: string;
}

/** Whether a handshake failed, or did not begin for what is wrong with TLS. */
export function isOfTls({ code = '' }: NodeJS.ErrnoException): boolean {
  return code === 'EPROTO' || /^ERR_(TLS|SSL)|CERT|SELF_SIGNED|UNABLE_TO/.test(code);
}

export function tlsError(error: TlsFailure, { address, server }: Endpoint): AmbitError {
  const { what, hint } = words(error, server?.host ?? address, server?.tls ?? {});
  return ofEngine(address, what, hint, error);
}

/** An engine that speaks TLS says so to who does not. */
export function wantsTls(address: string, cause: unknown): AmbitError {
  const hint = 'Name its certificates: docker({ tls: { ca, cert, key } }), or DOCKER_TLS_VERIFY=1 with their folder in DOCKER_CERT_PATH.';
  return ofEngine(address, 'speaks TLS, and was asked without', hint, cause);
}

/** Of a certificate or key of this machine. */
export function unusablePem(address: string, which: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_TLS', `The Docker engine at ${address} is not asked: ${which} ${why}.`, {
    hint: 'Name the right files: in docker({ tls: { ca, cert, key } }), in DOCKER_CERT_PATH, or with docker context update.',
    facts: { address },
    cause,
  });
}

function ofEngine(address: string, what: string, hint: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_TLS', `The Docker engine at ${address} ${what}.`, { hint, facts: { address }, cause });
}

function words(error: TlsFailure, host: string, { ca, cert }: DockerTls): Words {
  const { code = '' } = error;
  const reason = reasonOf(error);
  if (/wrong version number|http request|unknown protocol|packet length too long/.test(reason))
    return {
      what: 'does not speak TLS at its port',
      hint: 'Ask it without tls, https:// and DOCKER_TLS_VERIFY, or name the port at which it does, by custom 2376.',
    };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return {
      what: `shows a certificate for ${error.cert?.subjectaltname ?? 'no host'}, not for ${host}`,
      hint: `Name it as its certificate does, or give it one for ${host}.`,
    };
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return {
      what: `shows a certificate that is not valid now: ${reason}`,
      hint: 'Give it a new one, if the clock of this machine is right.',
    };
  if (/ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT)/.test(code)) return refused(cert, reason);
  if (code.startsWith('ERR_SSL') || code === 'EPROTO')
    return { what: `and this machine find no way to speak TLS: ${reason}`, hint: 'See which versions and ciphers it takes.' };
  return {
    what: `shows a certificate that is not trusted here: ${reason}`,
    hint: ca
      ? `Name the certificate of the authority that has signed it; ${ca} does not vouch for it.`
      : 'Name the certificate of its authority: docker({ tls: { ca } }), or ca.pem in DOCKER_CERT_PATH.',
  };
}

function refused(cert: string | undefined, reason: string): Words {
  if (cert === undefined)
    return {
      what: 'wants a client certificate, and was shown none',
      hint: 'Name one: docker({ tls: { cert, key } }), or cert.pem and key.pem in DOCKER_CERT_PATH.',
    };
  return {
    what: `does not accept the client certificate ${cert}: ${reason}`,
    hint: `Name one that an authority of the engine has signed, and that has not expired: openssl x509 -noout -issuer -enddate -in ${cert}`,
  };
}

/** Of OpenSSL's `error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../file.c:1601:`, the words. */
function reasonOf({ message }: Error): string {
  const [, reason] = /error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+)/.exec(message) ?? [];
  return (reason ?? message).replace(/^\S+ alert /, '').trim();
}
