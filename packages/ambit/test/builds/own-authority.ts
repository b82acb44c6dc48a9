import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

export interface OwnAuthority {
  /** A file with its certificate, and its key. */
  readonly file: string;
  /** A line of the certificate, and of the key. */
  readonly lines: readonly [string, string];
  readonly server: { readonly key: string; readonly cert: string };
}

/** Vouches for a server at this address, to those who know it. */
export function ownAuthority(folder: string, address: string): OwnAuthority {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=index');
  writeFileSync(join(folder, 'names'), `subjectAltName=IP:${address}`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const file = join(folder, 'all.pem');
  writeFileSync(file, read('ca.key') + read('ca.pem'));
  const line = (name: string): string => read(name).split('\n')[2] ?? '';
  return { file, lines: [line('ca.pem'), line('ca.key')], server: { key: read('server.key'), cert: read('server.pem') } };
}
