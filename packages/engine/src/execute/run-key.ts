import { generateKeyPairSync, sign } from 'node:crypto';
import type { Sign } from '@ambit/worker/protocol';

/** Made for one run: workers know the public half from their start, and whoever has the other speaks for the run. */
export interface RunKey {
  /** Ed25519, SPKI in DER, base64. */
  readonly publicKey: string;
  readonly sign: Sign;
}

export function runKey(): RunKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}
