interface Rule {
  /** Of what the installer says. */
  readonly says: RegExp;
  readonly hint: string;
}

const network: Rule = {
  says: /\b(?:ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b|NewConnectionError|NameResolutionError|Connect(?:ion)?TimeoutError|Read timed out|ProxyError|client error \(Connect\)|operation timed out|Temporary failure resolving|related to network connectivity/,
  hint: 'See that the network is there and that this address answers. Behind a proxy, name it in HTTPS_PROXY, or as npm and pip are told of it.',
};

const certificate: Rule = {
  says: /SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|CERT_(?:HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED)|ERR_TLS_CERT_ALTNAME_INVALID|CERTIFICATE_VERIFY_FAILED|invalid peer certificate/,
  hint: 'Name the certificate of who signed it: for npm in cafile of .npmrc or in NODE_EXTRA_CA_CERTS, for pip in cert of pip.conf, for uv in SSL_CERT_FILE.',
};

const corrupt: Rule = {
  says: /\bEINTEGRITY\b|DO NOT MATCH THE HASHES|Hash mismatch/,
  hint: 'What came is not what was locked, or what the index says it has: see what lies between, and lock anew only if you trust what is there now.',
};

const broken: Rule = {
  says: /\bcode E5\d\d\b|HTTP status server error|\b5\d\d Server Error\b|too many 5\d\d error responses/,
  hint: 'The registry fails to answer: try again later, or name another one.',
};

const ofNpm: readonly Rule[] = [
  { says: /\bcode E404\b/, hint: 'Correct the name. A registry also answers so where one must log in to see a package.' },
  { says: /\bcode ETARGET\b/, hint: 'There is no such version: npm view NAME versions shows those that there are.' },
  {
    says: /\bcode ERESOLVE\b/,
    hint: 'Name versions of these packages that go together; a project of withNpmProject() may say legacy-peer-deps=true in its .npmrc.',
  },
  { says: /\bcode EUSAGE\b/, hint: 'Run npm install in the project, so that its lock file fits what package.json asks for.' },
  { says: /\bcode EBADPLATFORM\b/, hint: 'It is for other platforms: leave it out, or build for one of those.' },
  {
    says: /find Python|not found: make|(?:make|g\+\+|gcc|cc|c\+\+): (?:not found|command not found|No such file)/,
    hint: "It is compiled while it is installed, which takes python3, make and g++: install them, in containers with withAptPackages('python3', 'make', 'g++') before this layer; or name a version that has programs for this platform.",
  },
];

const ofPython: readonly Rule[] = [
  // Where one is made, others are installed for that.
  {
    says: /subprocess-exited-with-error|metadata-generation-failed|Failed (?:building wheel|to build|to download and build)|BackendUnavailable/,
    hint: "There is no wheel of it, and making one failed: install what that takes (in containers with withAptPackages(), as 'gcc', 'python3-dev'), or name a version that has a wheel for this Python and platform.",
  },
  {
    says: /\(from versions: none\)/,
    hint: 'Correct the name; see that it has a version for this Python and platform, and that the index that has it is named.',
  },
  { says: /\(from versions: |there is no version of/, hint: 'There is no such version for this Python: correct it.' },
  {
    says: /no wheels with a matching|doesn't have a source distribution or wheel/,
    hint: 'Name a version that has a wheel for this Python and platform, or use another Python.',
  },
  {
    says: /ResolutionImpossible|conclude that .* are incompatible/,
    hint: 'Loosen the versions that are asked for, or name packages that go together.',
  },
  { says: /was not found in the package registry/, hint: 'Correct the name; see that the index that has it is named.' },
  {
    says: /lockfile .*needs to be updated|Unable to find lockfile/,
    hint: 'Run uv lock in the project, so that its lock file fits pyproject.toml.',
  },
];

const login = /\bcode (?:E401|E403|ENEEDAUTH)\b|\b40[13] (?:Unauthorized|Forbidden|Client Error)/;
const here =
  'Log in to the index as its installer is told to (a token in .npmrc, a user in the address of an index); see that you may have this package.';
const inContainers =
  'The index asks for a login, and builds of containers have none of yours: name an index that needs none, or build with the builder host.';

/** What to do when an installer of a layer said this; nothing where it is not known. */
export function installerHint(kind: string, log: string, isContainer: boolean): string | undefined {
  const rules = rulesOf(kind);
  if (rules === undefined) return undefined;
  if (login.test(log)) return isContainer ? inContainers : here;
  const known = [certificate, corrupt, broken, network, ...rules].find(({ says }) => says.test(log));
  return known?.hint ?? scriptHint(log);
}

function rulesOf(kind: string): readonly Rule[] | undefined {
  switch (kind) {
    case 'npm':
    case 'npm-project':
      return ofNpm;
    case 'pip':
    case 'requirements':
    case 'uv-project':
      return ofPython;
    case 'apt':
      return [{ says: /Unable to locate package/, hint: 'Correct the name, or add the source that has this package.' }];
    default:
      return undefined;
  }
}

/** A package's own script ended with an error. */
function scriptHint(log: string): string | undefined {
  const folder = /^npm (?:error|ERR!) path (\S+)$/m.exec(log)?.[1];
  const name = folder?.split('/node_modules/').at(-1);
  if (folder === undefined || name === undefined || !/^npm (?:error|ERR!) command /m.test(log)) return undefined;
  return `It is a script of ${name} that failed: its words stand above. Name another version, or install what it looks for.`;
}
