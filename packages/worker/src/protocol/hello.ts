import { PROTOCOL_VERSIONS } from './messages.ts';
import type { WorkerHello } from './messages.ts';

/** What an engine signs to prove that it speaks for the run. */
export function helloText(hello: Pick<WorkerHello, 'worker' | 'incarnation' | 'nonce'>, epoch: number): string {
  return `ambit/1\n${hello.worker}\n${hello.incarnation}\n${hello.nonce}\n${epoch}`;
}

/** The highest version that both have. */
export function commonVersion(theirs: WorkerHello['versions']): number | undefined {
  const version = Math.min(PROTOCOL_VERSIONS.max, theirs.max);
  return version >= Math.max(PROTOCOL_VERSIONS.min, theirs.min) ? version : undefined;
}

export function isOurVersion(version: number): boolean {
  return version >= PROTOCOL_VERSIONS.min && version <= PROTOCOL_VERSIONS.max;
}

/** `publicKey` is Ed25519, SPKI in DER, base64. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const { createPublicKey, verify } = process.getBuiltinModule('node:crypto');
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

export function newNonce(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(32).toString('base64');
}
