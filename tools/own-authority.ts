import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl: boolean = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Paths of PEM files. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Whom it is for, as in `DNS:localhost,IP:127.0.0.1`: a server. Else a client. */
  readonly names?: string;
  /** Below zero: it has expired. */
  readonly days?: number;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of tests, that only those know who are told of it. */
export class OwnAuthority {
  /** Of its certificate. */
  readonly file: string;
  readonly keyFile: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.file = join(folder, 'ca.pem');
    this.keyFile = join(folder, 'ca.key');
  }

  /** Its files, and those of what it signs, lie in the folder. */
  static make(folder: string): OwnAuthority {
    mkdirSync(folder, { recursive: true });
    const authority = new OwnAuthority(folder);
    authority.#openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test authority');
    return authority;
  }

  sign(name: string, { names, days = 2 }: CertificateOptions = {}): CertificateFiles {
    const at = (ending: string): string => `${name}.${ending}`;
    this.#openssl('req', ...newKey, '-keyout', at('key'), '-out', at('csr'), '-subj', `/CN=${name}`);
    const extensions = names === undefined ? 'extendedKeyUsage=clientAuth' : `extendedKeyUsage=serverAuth\nsubjectAltName=${names}`;
    writeFileSync(join(this.#folder, at('ext')), extensions);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days), '-extfile', at('ext')];
    this.#openssl('x509', '-req', '-in', at('csr'), ...signed, '-out', at('pem'));
    return { cert: join(this.#folder, at('pem')), key: join(this.#folder, at('key')) };
  }

  #openssl(...words: readonly string[]): void {
    execFileSync('openssl', words, { cwd: this.#folder, stdio: 'ignore' });
  }
}
