const basic = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
const certificates = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
];

/**
 * What a supervisor's own process gets of this machine. No certificates: reading `NODE_EXTRA_CA_CERTS` would cost each
 * start of a worker tens of milliseconds, and a supervisor speaks to nobody.
 */
export function supervisorEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return pick(env, basic);
}

/** What tasks see of this machine; nothing else of it reaches them. */
export function taskEnvironment(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return pick(env, [...basic, ...proxies, ...certificates]);
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
