import type { SecureContext, SecureContextOptions } from 'node:tls';

/** What a context is made of, in one of the versions of Node. Without any of these it is the usual one. */
const shaping = [
  ...['allowPartialTrustChain', 'ca', 'cert', 'certificateCompression', 'ciphers', 'clientCertEngine', 'crl', 'dhparam', 'ecdhCurve'],
  ...['honorCipherOrder', 'key', 'maxVersion', 'minVersion', 'passphrase', 'pfx', 'privateKeyEngine', 'privateKeyIdentifier'],
  ...['secureOptions', 'secureProtocol', 'sessionIdContext', 'sessionTimeout', 'sigalgs', 'ticketKeys'],
];

/**
 * Makes TLS connections of this process trust the certificates in a file as well, as Node does by itself where
 * `NODE_EXTRA_CA_CERTS` is set when it starts. The file is read by the first connection. To add a certificate costs a moment
 * for each context, and there may be hundreds: connections that ask for nothing special share one.
 */
export function trustCertificates(file: string): void {
  process.env['NODE_EXTRA_CA_CERTS'] = file;
  const tls = process.getBuiltinModule('node:tls');
  const { createSecureContext } = tls;
  let certificates: readonly string[] | undefined;
  let usual: SecureContext | undefined;
  const create = (options?: SecureContextOptions): SecureContext => {
    const secure = createSecureContext(options);
    // Whoever names authorities trusts these alone.
    if (!options?.ca) for (const certificate of (certificates ??= readCertificates(file))) addCertificate(secure, certificate);
    return secure;
  };
  tls.createSecureContext = (options) => (isUsual(options) ? (usual ??= create(options)) : create(options));
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
}

function isUsual(options: object = {}): boolean {
  return shaping.every((name) => (options as Record<string, unknown>)[name] === undefined);
}

function readCertificates(file: string): readonly string[] {
  try {
    const text = process.getBuiltinModule('node:fs').readFileSync(file, 'utf8');
    const found = text.match(/-----BEGIN ((?:X509 )?CERTIFICATE)-----[^-]*-----END \1-----/g) ?? [];
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    for (const certificate of found) new X509Certificate(certificate);
    if (found.length === 0) warn(file, 'no certificate is in it');
    return found;
  } catch (error) {
    warn(file, (error as Error).message);
    return [];
  }
}

function addCertificate({ context }: SecureContext, certificate: string): void {
  (context as { addCACert(certificate: string): void }).addCACert(certificate);
}

function warn(file: string, why: string): void {
  process.emitWarning(`Ignoring extra certs from \`${file}\`, load failed: ${why}`);
}
