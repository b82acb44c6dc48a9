import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DockerTls } from '../options.ts';
import { unusablePem } from './tls-errors.ts';

export interface PemContents {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** What of it could not be used is said of its file, before the engine is asked: OpenSSL would say it of no file, or pass over it. */
export async function pemContents({ ca, cert, key }: DockerTls, address: string): Promise<PemContents> {
  const authority = ca === undefined ? undefined : await read(ca, `the certificate of its authority, ${resolve(ca)},`, address);
  if (authority) certificateOf(authority);
  const contents = authority && { ca: authority.data };
  if (cert === undefined || key === undefined) return { ...contents };
  const own = await read(cert, `the client certificate, ${resolve(cert)},`, address);
  const secret = await read(key, `the key of the client certificate, ${resolve(key)},`, address);
  if (!certificateOf(own).checkPrivateKey(keyOf(secret))) throw secret.unusable(`does not belong to ${resolve(cert)}`);
  return { ...contents, cert: own.data, key: secret.data };
}

interface PemFile {
  readonly data: Buffer;
  readonly unusable: (why: string, cause?: unknown) => Error;
}

async function read(file: string, which: string, address: string): Promise<PemFile> {
  const unusable = (why: string, cause?: unknown): Error => unusablePem(address, which, why, cause);
  try {
    return { data: await readFile(file), unusable };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unusable(code === 'ENOENT' ? 'is not there' : `cannot be read: ${message.replace(/, \w+( '.*')?$/, '')}`, error);
  }
}

function certificateOf({ data, unusable }: PemFile): X509Certificate {
  try {
    if (data.includes('-----BEGIN')) return new X509Certificate(data);
  } catch {
    // Said below.
  }
  throw unusable('holds no certificate in PEM');
}

function keyOf({ data, unusable }: PemFile): KeyObject {
  try {
    return createPrivateKey(data);
  } catch {
    throw unusable(data.includes('ENCRYPTED') ? 'is locked with a passphrase, which cannot be given' : 'holds no private key in PEM');
  }
}
